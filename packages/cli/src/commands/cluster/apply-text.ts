import type { ApplyDifference, ApplyPlanView, PlannedStep } from '@operations-center/contract';
import { wrapText } from './plan-details.ts';
import { itemLines, itemName, type PlanLine, serviceLines } from './plan-lines.ts';
import { durationText, lineTexts } from './plan-text.ts';

/** A plan of applying for a person: what is made and changed, whom it touches, what must be chosen, what stays. */
export function applyText(plan: ApplyPlanView, columns: number | undefined): string {
  const wrapped = (lines: readonly string[]) => lines.flatMap((line) => wrapText(line, columns));
  const steps = (phase: PlannedStep['phase']) => plan.steps.filter((step) => step.phase === phase);
  const groups: [string, readonly PlanLine[]][] = [
    ['Services', steps('services').length === 0 ? [] : serviceLines(steps('services'))],
    ['Application', itemLines(plan.steps, plan.servers.length)],
    ['Touched', touchLines(plan)],
    ['Changed by others, and by the file', plan.differences.filter(isConflict).flatMap(differenceLines)],
    ['Changed by others', plan.differences.filter((one) => !isConflict(one)).flatMap(differenceLines)],
    ['Incus would refuse', plan.problems.flatMap(problemLines)],
    ['No longer in the file', [...pruneLines(plan), ...leftLines(plan)]],
  ];
  const shown = groups.filter(([, lines]) => lines.length > 0);
  const width = Math.min(36, Math.max(0, ...shown.flatMap(([, lines]) => lines.map(({ what }) => what.length))));
  const body = shown.flatMap(([head, lines]) => [head, ...lines.flatMap((line) => lineTexts(line, width, columns))]);
  const notes = wrapped(plan.notes.map(({ message }) => `! ${message}`));
  return `${[[headText(plan)], body, notes, wrapped([endText(plan)])]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

const isConflict = ({ kind }: ApplyDifference): boolean => kind === 'conflict';

function headText({ cluster, steps, already }: ApplyPlanView): string {
  const gone = steps.filter(isPrune).length;
  const made = steps.filter(({ calls }) => calls.every(({ method }) => method === 'POST')).length;
  const parts = [
    ...[`${made} to make`, `${steps.length - made - gone} to change`],
    ...(gone === 0 ? [] : [`${gone} to delete`]),
    `${already.length} as wanted already`,
  ];
  return `Cluster "${cluster}": ${parts.join(', ')}`;
}

export const isPrune = ({ name }: Pick<PlannedStep, 'name'>): boolean => name === 'prune-item';

const pruneLines = ({ steps }: ApplyPlanView): PlanLine[] =>
  steps.filter(isPrune).map(({ target }) => ({
    ...{ symbol: '-', what: itemName(target ?? ''), detail: 'is deleted; nothing uses it' },
  }));

/** What stays; where pruning was asked for, with the reason. */
function leftLines({ left, kept }: ApplyPlanView): PlanLine[] {
  const reasons = new Map(kept.map(({ item, why }) => [item, why]));
  return left.map((key) => {
    const why = reasons.get(key);
    return { symbol: '=', what: itemName(key), detail: why === undefined ? 'stays as it is' : `stays: ${why}` };
  });
}

const touchLines = ({ touches }: ApplyPlanView): PlanLine[] =>
  touches.map(({ item, how, instances }) => {
    const running = instances.filter((one) => one.running);
    const names = running.map(({ name, project }) => (project === 'default' ? name : `${name} (project ${project})`));
    const few = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
    const stopped = instances.length - running.length;
    const whom = [few, stopped === 0 ? '' : `${stopped} stopped`].filter(Boolean).join(', ');
    return { symbol: running.length === 0 ? ' ' : '!', what: itemName(item), detail: `${whom}: ${how}` };
  });

function differenceLines({ name, kind, field, applied, file, live, taken }: ApplyDifference): PlanLine[] {
  const text = (value: string | null) => value ?? 'unset';
  const told =
    kind === 'conflict'
      ? `${field}: was ${text(applied)}, is ${text(live)}; the file says ${text(file)}`
      : `${field}: is ${text(live)}; the file says ${text(file)}, as before`;
  const end = { file: 'the file is taken', live: 'stays as it is' };
  if (taken !== null)
    return [{ symbol: taken === 'file' ? '~' : '=', what: itemName(itemOf(name)), detail: `${told}; ${end[taken]}` }];
  return [
    { symbol: '✗', what: itemName(itemOf(name)), detail: told },
    { symbol: ' ', what: '', detail: `→ --take ${name}=file, or --take ${name}=live` },
  ];
}

const itemOf = (name: string): string => name.split(':')[0] ?? '';

const problemLines = ({ item, what, remedy }: ApplyPlanView['problems'][number]): PlanLine[] => [
  { symbol: '✗', what: itemName(item), detail: what },
  { symbol: ' ', what: '', detail: `→ ${remedy}` },
];

function endText({ id, steps, runnable, estimate_ms, touches }: ApplyPlanView): string {
  const short = `Plan ${id.slice(0, 4)}…${id.slice(-2)}.`;
  if (!runnable) return `It cannot be run as it is: see ✗ above. ${short}`;
  if (steps.length === 0) return 'Nothing to change.';
  const running = touches.some(({ instances }) => instances.some((one) => one.running));
  const touched = running ? 'Instances go on running.' : 'No running instance is touched.';
  const deletes = steps.some(isPrune) ? ' What was deleted is made again.' : '';
  return `About ${durationText(estimate_ms)}. ${touched} If it fails half-way, all is put back as it is now.${deletes} ${short}`;
}
