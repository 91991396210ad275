import type { Operation, OperationStep } from '@operations-center/contract';
import { showElapsed } from '../output/time.ts';
import { clipLine, visibleWidth } from './clip.ts';
import { isOver, isResting, serversOf, stepWord, symbolOf } from './step-words.ts';
import { waitSentence } from './wait-sentence.ts';

export type FrameView = {
  now: number;
  columns: number;
  /** Lines there are room for. */
  rows: number;
  colour: boolean;
  /** Said when the daemon does not answer, instead of what it said last. */
  note: string | undefined;
};

/** What a terminal shows of an operation at one moment: no line is wider than the terminal. */
export function renderFrame(operation: Operation, view: FrameView): string[] {
  const servers = serversOf(operation);
  const groups = groupSteps(operation, servers);
  const labelWidth = Math.max(...[...groups.keys()].map((label) => label.length), 4);
  // One that needs a person is told by the message that follows.
  const waits = isResting(operation) ? [] : operation.metadata.waits.slice(0, 2);
  const tail = view.note === undefined ? waits.map((wait) => waitSentence(wait, view.now)) : [view.note];
  const room = Math.max(1, view.rows - 2 - tail.length);
  const lines = [...groups].map(([label, steps]) => groupLine(label.padEnd(labelWidth), steps, servers, view));
  return [
    headLine(operation, view),
    ...fitLines(lines, [...groups.values()], room),
    ...tail.map((line) => `  ${line}`),
    ...(isResting(operation) ? [] : [exitLine(operation)]),
  ].map((line) => clipLine(line, view.columns - 1));
}

function exitLine({ id, metadata: { exits } }: Operation): string {
  const ways = exits.includes('cancel')
    ? 'leave it running, cancel and undo, or go back'
    : 'leave it running, or go back';
  return `  Ctrl-C: ${ways}   (later: operations-center operation watch ${id.slice(0, 6)})`;
}

/** One group per server, in order, and one for everything that is about the whole cluster. */
function groupSteps(operation: Operation, servers: readonly string[]): Map<string, OperationStep[]> {
  const groups = new Map<string, OperationStep[]>(servers.map((server) => [server, []]));
  const whole: OperationStep[] = [];
  for (const step of operation.metadata.steps) {
    const own = step.target === null ? undefined : groups.get(step.target);
    (own ?? whole).push(step);
  }
  if (whole.length > 0) groups.set('all', whole);
  return groups;
}

const barWidth = 20;

function headLine(operation: Operation, { now, colour }: FrameView): string {
  const elapsed = showElapsed(
    (isOver(operation) ? Date.parse(operation.updated_at) : now) - Date.parse(operation.created_at),
  );
  const tail = `${elapsed}   operation ${operation.id.slice(0, 6)}`;
  const { steps, status } = operation.metadata;
  const count = (state: OperationStep['state']) => steps.filter((step) => step.state === state).length;
  if (status === 'undoing' || status === 'undone') {
    // Not every step has something to take back, so there is no total to fill a bar with.
    return `${bold(operation.description, colour)}  taking back: ${count('undone')} steps done   ${tail}`;
  }
  const done = count('succeeded') + count('skipped');
  const filled = steps.length === 0 ? 0 : Math.round((barWidth * done) / steps.length);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  return `${bold(operation.description, colour)}  ${bar}  ${done} of ${steps.length}   ${tail}`;
}

const bold = (text: string, colour: boolean): string => (colour ? `\x1b[1m${text}\x1b[0m` : text);

/** What has begun, in the order of the plan; what does not fit is counted, from the left. */
function groupLine(
  label: string,
  steps: readonly OperationStep[],
  servers: readonly string[],
  { columns, colour }: FrameView,
): string {
  const begun = steps.filter((step) => step.state !== 'pending');
  const words = begun.map((step) => `${symbolOf(step.state, colour)} ${stepWord(step, servers)}`);
  for (let hidden = 0; hidden <= words.length; hidden++) {
    const count = hidden === 0 ? [] : [`${symbolOf('succeeded', colour)} ${hidden} more`];
    const line = `  ${label}  ${[...count, ...words.slice(hidden)].join('  ')}`.trimEnd();
    if (visibleWidth(line) < columns || hidden === words.length) return line;
    if (begun[hidden]?.state !== 'succeeded') return line;
  }
  return `  ${label}`;
}

/** On a low terminal the groups that are done go first; how many are hidden is said. */
function fitLines(lines: readonly string[], groups: readonly (readonly OperationStep[])[], room: number): string[] {
  if (lines.length <= room) return [...lines];
  const busy = (index: number) =>
    groups[index]?.some((step) => !['succeeded', 'pending'].includes(step.state)) === true;
  const order = lines.map((_, index) => index).sort((a, b) => Number(busy(b)) - Number(busy(a)) || a - b);
  const kept = order.slice(0, Math.max(0, room - 1)).sort((a, b) => a - b);
  return [...kept.map((index) => lines[index] ?? ''), `  and ${lines.length - kept.length} more`];
}
