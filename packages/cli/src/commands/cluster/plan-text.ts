import type { ClusterPlan, Finding, PlannedStep } from '@operations-center/contract';
import { afterName } from '../../output/after-name.ts';
import { countChecks } from '../../output/check-counts.ts';
import { wrapText } from './plan-details.ts';
import { clusterLines, itemLines, type PlanLine, serviceLines } from './plan-lines.ts';

/**
 * A plan for a person: grouped by phase, the change on the left, what cannot be taken back said aloud. `columns` is the
 * width of a terminal; elsewhere no line is broken.
 */
export function planText(plan: ClusterPlan, columns: number | undefined): string {
  const steps = (phase: PlannedStep['phase']) => plan.steps.filter((step) => step.phase === phase);
  const groups: [string, readonly PlanLine[]][] = [
    [preflightHead(plan.findings), findingLines(plan.findings)],
    [`Services    on ${plan.servers.join(', ')}`, serviceLines(steps('services'))],
    ['Cluster', clusterLines(plan)],
    ['Application', itemLines(steps('application'), plan.servers.length)],
  ];
  const width = Math.min(36, Math.max(0, ...groups.flatMap(([, lines]) => lines.map(({ what }) => what.length))));
  const body = groups.flatMap(([head, lines]) => [head, ...lines.flatMap((line) => lineTexts(line, width, columns))]);
  const notes = plan.notes.filter(({ code }) => code !== 'check_warns' && code !== 'check_ignored');
  const told = notes.map(({ message }) => `! ${message}`);
  const wrapped = (lines: readonly string[]) => lines.flatMap((line) => wrapText(line, columns));
  return `${[[headText(plan)], body, wrapped(told), wrapped(endLines(plan))]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

const headText = ({ cluster, servers, channel }: ClusterPlan): string =>
  `Cluster "${cluster}": ${counted(servers.length, 'server')}, channel ${channel}`;

export function lineTexts({ symbol, what, detail }: PlanLine, width: number, columns: number | undefined): string[] {
  const indent = width + 6;
  const room = columns === undefined ? undefined : Math.max(20, columns - indent - 1);
  const [first = '', ...more] = wrapText(detail, room);
  return [
    `  ${symbol} ${what.padEnd(width)}  ${first}`.trimEnd(),
    ...more.map((line) => `${' '.repeat(indent)}${line}`),
  ];
}

function preflightHead(findings: readonly Finding[]): string {
  const counts = countChecks(findings);
  const { ok, warning, blocking, skipped } = counts;
  const parts = (['ok', 'warning', 'blocking', 'skipped'] as const).flatMap((verdict) => {
    const count = counts[verdict];
    if (count === 0) return [];
    return [verdict === 'warning' ? counted(count, 'warning') : `${count} ${verdict}`];
  });
  const all = counted(ok + warning + blocking + skipped, 'check');
  return `Preflight   ${all}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function findingLines(findings: readonly Finding[]): PlanLine[] {
  return findings.flatMap(({ check, verdict, ignored, servers, seen, cause, remedy }) => {
    if (verdict !== 'warning' && verdict !== 'blocking') return [];
    const who = servers.length === 0 ? '' : `${servers.join(', ')}: `;
    const detail = `${who}${afterName(servers.length === 1 ? servers[0] : null, seen)}${cause === null ? '' : `; ${cause}`}${ignored ? ' (ignored)' : ''}`;
    const symbol = verdict === 'warning' ? '!' : ignored ? '~' : '✗';
    return [
      { symbol, what: check, detail },
      ...(remedy === null ? [] : [{ symbol: ' ', what: '', detail: `→ ${remedy}` }]),
    ];
  });
}

function endLines(plan: ClusterPlan): string[] {
  const short = `Plan ${plan.id.slice(0, 4)}…${plan.id.slice(-2)}.`;
  const end = `About ${durationText(plan.estimate_ms)}. ${restartText(plan)} ${undoText(plan)} ${short}`;
  if (plan.runnable) return [end];
  const blocking = plan.findings.filter(({ verdict, ignored }) => verdict === 'blocking' && !ignored);
  return [end, `It cannot be run: ${[...new Set(blocking.map(({ check }) => check))].join(', ')}.`];
}

function restartText({ steps }: ClusterPlan): string {
  const restarts = [...new Set(steps.flatMap(({ reboots, servers }) => (reboots ? servers : [])))];
  const restart = restarts.length === 0 ? 'Nothing restarts.' : `Restarts: ${restarts.join(', ')}.`;
  const interrupted = steps.filter(({ interrupts }) => interrupts !== null);
  const interrupts = [...Map.groupBy(interrupted, ({ interrupts }) => interrupts)].map(
    ([what, own]) => `${own.flatMap(({ servers }) => servers).join(', ')}: ${what}.`,
  );
  return [restart, ...interrupts].join(' ');
}

function undoText({ steps, servers }: ClusterPlan): string {
  const lost = steps.filter(({ undo }) => !undo.automatic);
  if (lost.length > 0) return 'If it fails half-way, not all of it is put back by itself: see above.';
  return `If it fails half-way, ${servers.length === 1 ? 'it is put back as it is' : 'all are put back as they are'} now.`;
}

export function durationText(ms: number): string {
  if (ms < 1_000) return 'a second';
  return ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
