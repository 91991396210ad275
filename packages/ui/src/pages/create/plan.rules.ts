import type { ClusterPlan, Finding, PlannedChange, PlannedStep } from '@operations-center/contract';

/** One line of a plan for a person: `+` is made, `~` is changed, `=` is so already. */
export type PlanLine = {
  sign: '+' | '~' | '=';
  what: string;
  detail: string;
  undo: string;
  isUndone: boolean;
  steps: PlannedStep[];
};
export type PlanGroup = { title: string; lines: PlanLine[] };

/** The plan by phases, each kind of step in one line, whatever the number of servers. */
export function toGroups(plan: ClusterPlan): PlanGroup[] {
  const of = (phase: PlannedStep['phase']) => plan.steps.filter((step) => step.phase === phase);
  return [
    { title: 'Services', lines: byName(of('services'), plan.servers) },
    { title: 'Cluster', lines: byName(of('cluster'), plan.servers) },
    {
      title: 'Application',
      lines: of('application').map((step) => lineOf(step.target ?? step.name, [step], plan.servers)),
    },
  ].filter(({ lines }) => lines.length > 0);
}

function byName(steps: readonly PlannedStep[], servers: readonly string[]): PlanLine[] {
  return [...Map.groupBy(steps, ({ name }) => name)].map(([name, own]) => lineOf(wordOf(name), own, servers));
}

const words: Readonly<Record<string, string>> = {
  'configure-services': 'configure services',
  'back-up-application': 'back up Incus',
  'set-addresses': 'set addresses',
  'join-member': 'join',
  'await-member': 'wait for members',
  adopt: 'take the servers in',
};
const wordOf = (name: string): string => words[name] ?? name.replaceAll('-', ' ');

function lineOf(what: string, steps: PlannedStep[], servers: readonly string[]): PlanLine {
  const [first] = steps;
  const calls = steps.flatMap((step) => step.calls);
  const isMade = calls.length > 0 && calls.every(({ method }) => method === 'POST');
  const isThere = calls.length === 0 && steps.every(({ already }) => already.length > 0);
  const on = [...new Set(steps.flatMap((step) => step.servers))];
  const changed = [...new Set(steps.flatMap((step) => step.changes).map(({ what: field }) => field))];
  const who =
    on.length === servers.length && servers.length > 1 ? `on all ${servers.length} servers` : `on ${on.join(', ')}`;
  return {
    sign: isThere ? '=' : isMade ? '+' : '~',
    what,
    detail: [isThere ? 'as wanted already' : changed.slice(0, 6).join(', '), who]
      .filter((part) => part !== '')
      .join(' · '),
    undo: first?.undo.about ?? '',
    isUndone: steps.every(({ undo }) => undo.automatic),
    steps,
  };
}

/** `lvm.enabled: false → true` */
export const changeText = ({ what, before, after }: PlannedChange): string =>
  `${what}: ${before ?? 'not set'} → ${after ?? 'not set'}`;

export function aboutTime(ms: number): string {
  if (ms < 1_000) return 'a second';
  return ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** Those that a person must see before anything: what blocks, then what warns. */
export const troubles = (findings: readonly Finding[]): Finding[] =>
  findings
    .filter(({ verdict }) => verdict === 'blocking' || verdict === 'warning')
    .toSorted((a, b) => a.verdict.localeCompare(b.verdict));

export function countVerdicts(findings: readonly Finding[]): string {
  const counts = Map.groupBy(findings, ({ verdict }) => verdict);
  return (['ok', 'warning', 'blocking', 'skipped'] as const)
    .flatMap((verdict) => (counts.has(verdict) ? [`${counts.get(verdict)?.length} ${verdict}`] : []))
    .join(', ');
}

/** What restarts, what does not answer meanwhile, and what cannot be put back: said aloud. */
export function consequences({ steps, servers }: ClusterPlan): string[] {
  const restarts = [...new Set(steps.flatMap((step) => (step.reboots ? step.servers : [])))];
  const interrupted = [...new Set(steps.flatMap(({ interrupts }) => (interrupts === null ? [] : [interrupts])))];
  const lost = steps.filter(({ undo }) => !undo.automatic);
  return [
    restarts.length === 0 ? 'Nothing restarts.' : `Restarts: ${restarts.join(', ')}.`,
    ...interrupted.map((what) => `Does not answer meanwhile: ${what}.`),
    lost.length === 0
      ? `If it fails half-way, ${servers.length === 1 ? 'the server is put back as it is' : 'all are put back as they are'} now.`
      : `Not put back by itself if it fails half-way: ${lost.map(({ about }) => about).join('; ')}.`,
  ];
}
