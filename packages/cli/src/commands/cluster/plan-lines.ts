import type { ClusterPlan, PlannedStep } from '@operations-center/contract';
import { changedText, madeText } from './plan-details.ts';

/** `+` is made, `~` is changed, `=` is so already, `!` needs a look. */
export type PlanLine = { symbol: string; what: string; detail: string };

/** One line a service, whatever the number of servers. */
export function serviceLines(steps: readonly PlannedStep[]): PlanLine[] {
  const all = steps.flatMap(({ servers }) => servers);
  const changes = steps.flatMap((step) => step.changes.map((change) => ({ server: step.servers[0] ?? '', ...change })));
  const already = steps.flatMap((step) => step.already.map((name) => ({ server: step.servers[0] ?? '', name })));
  const lines = [
    ...[...Map.groupBy(changes, ({ what }) => what.split('.')[0] ?? '')].map(([service, rows]) => {
      const own = rows.map((row) => ({ ...row, what: row.what.slice(service.length + 1) }));
      return { symbol: '~', what: service, detail: `${changedText(own)}${onSome(rows, all)}` };
    }),
    ...[...Map.groupBy(already, ({ name }) => name)].map(([service, rows]) => {
      return { symbol: '=', what: service, detail: `as wanted already${onSome(rows, all)}` };
    }),
  ];
  return lines.length === 0 ? [{ symbol: '=', what: 'none', detail: '' }] : lines;
}

/** Said where not all of them do it. */
function onSome(rows: readonly { server: string }[], all: readonly string[]): string {
  const own = [...new Set(rows.map(({ server }) => server))];
  return own.length === all.length ? '' : ` (only on ${own.join(', ')})`;
}

/** From backups to joins, each kind of step in one line. */
export function clusterLines({ steps }: ClusterPlan): PlanLine[] {
  const of = (name: string) => steps.filter((step) => step.name === name);
  const targets = (own: readonly PlannedStep[], between: string) => own.map(({ target }) => target ?? '').join(between);
  const [backups, joins] = [of('back-up-application'), of('join-member')];
  const addresses = of('set-addresses').filter(({ changes }) => changes.length > 0);
  const lost = backups.filter(({ undo }) => !undo.automatic);
  return [
    { symbol: '+', what: 'back up Incus', detail: `on ${targets(backups, ', ')}; for the undo` },
    ...lost.map(({ undo }) => ({ symbol: '!', what: 'undo', detail: undo.about })),
    ...addresses.map(({ target, changes }) => ({
      symbol: '~',
      what: `listen on ${target ?? ''}`,
      detail: changedText(changes),
    })),
    ...of('bootstrap').map(({ target }) => ({
      symbol: '+',
      what: 'bootstrap',
      detail: `${target ?? ''}; undo: restore`,
    })),
    ...(joins.length === 0
      ? []
      : [{ symbol: '+', what: 'join', detail: `${targets(joins, ', then ')}; undo: restore` }]),
  ];
}

export const itemLines = (steps: readonly PlannedStep[], members: number): PlanLine[] =>
  steps.filter(({ name }) => name === 'apply-application-config').map((step) => itemLine(step, members));

function itemLine({ target, calls, changes, already }: PlannedStep, members: number): PlanLine {
  const what = itemName(target ?? '');
  if (already.length > 0 && calls.length === 0) return { symbol: '=', what, detail: 'as wanted already' };
  if (!calls.every(({ method }) => method === 'POST')) return { symbol: '~', what, detail: changedText(changes) };
  const each = calls.filter(({ path }) => path.includes('target=')).length === members && members > 1;
  const shown = what.startsWith('storage volume') ? changes.filter(({ what: field }) => field !== 'type') : changes;
  return { symbol: '+', what, detail: [madeText(shown), each ? 'on each member' : ''].filter(Boolean).join(', ') };
}

/** `network/default/incusbr0` → `network incusbr0`; a project of its own is said. */
export function itemName(target: string): string {
  const [kind = '', ...rest] = target.split('/');
  const name = rest.at(-1) ?? '';
  const project = ['network', 'profile'].includes(kind) ? rest[0] : kind === 'storage-volume' ? rest[1] : undefined;
  const place = project === undefined || project === 'default' ? '' : ` (project ${project})`;
  return `${kind.replaceAll('-', ' ')} ${kind === 'storage-volume' ? `${rest[0] ?? ''}/` : ''}${name}${place}`.trim();
}
