import { hasFailed } from '../journal.ts';
import type { Exit, OperationStatus, WayOut } from '../operation.ts';
import { attentionFailures, historyOf } from './next-move.ts';
import type { Reading } from './reading.ts';
import { findNoReturn, stepsToReopen } from './way-forward.ts';

/** The ways out an operation has now. */
export function deriveExits(reading: Reading, status: OperationStatus): readonly Exit[] {
  switch (status) {
    case 'queued':
    case 'running':
      return ['cancel'];
    case 'paused':
      return reading.row.wants === 'undo' ? ['resume', 'leave'] : ['resume', 'cancel', 'leave'];
    case 'needs_attention':
      if (reading.problem !== null) return ['leave'];
      return exitsOfAttention(reading);
    case 'undoing':
      return waitsToTakeBack(reading) && !mayStillAct(reading) ? ['leave'] : [];
    case 'finished':
    case 'undone':
    case 'left':
      return [];
  }
}

function exitsOfAttention(reading: Reading): readonly Exit[] {
  const isBack = reading.row.wants === 'undo';
  const isStill = !mayStillAct(reading);
  const offered: Partial<Record<Exit, boolean>> = {
    retry: true,
    finish: isStill && isBack && findNoReturn(reading) === undefined,
    skip: isStill && skippableSteps(reading).length > 0,
    undo: !isBack,
    leave: isStill,
  };
  return inOrder.filter((exit) => offered[exit] === true);
}

/** What it takes back has failed, and is tried again after a pause: a person need not wait for the last try. */
const waitsToTakeBack = ({ histories }: Reading): boolean =>
  [...histories.values()].some(({ last }) => last === 'undo_failed');

const inOrder: readonly Exit[] = ['retry', 'finish', 'skip', 'undo', 'leave'];

/**
 * Nothing is left alone, and nothing is taken out of the hands of its runner, while a call of ours may still be under
 * way: its claims would be free for others, its end would be written by nobody.
 */
const mayStillAct = ({ row, histories }: Reading): boolean =>
  row.holder !== null && [...histories.values()].some(({ last }) => last === 'started' || last === 'undo_started');

/** The failed steps that one may go on without. */
export function skippableSteps({ row, graph, histories }: Reading): string[] {
  if (row.wants === 'undo') return [];
  return attentionFailures({ histories, forgiven: row.forgiven })
    .map(({ step }) => step)
    .filter((step) => graph?.byKey.get(step)?.skip !== undefined);
}

/** The same with what taking each would mean now. */
export const describeWaysOut = (reading: Reading, exits: readonly Exit[]): WayOut[] =>
  exits.map((exit) => ({ exit, does: consequence(reading, exit), loses: ['skip', 'undo', 'leave'].includes(exit) }));

function consequence(reading: Reading, exit: Exit): string {
  const isBack = reading.row.wants === 'undo';
  switch (exit) {
    case 'cancel':
      return 'ends it at the next step boundary and takes back what was done';
    case 'retry':
      return isBack
        ? `tries again to take back ${failedSteps(reading)}, then takes back the rest`
        : `tries ${failedSteps(reading)} again and goes on from there`;
    case 'finish':
      return `goes forward again: ${againText(reading)}; each looks what is still there`;
    case 'skip':
      return `goes on without ${skippableSteps(reading)
        .map((step) => reasonedStep(reading, step))
        .join(', ')}`;
    case 'resume':
      return isBack
        ? 'looks at everything anew and goes on taking back'
        : 'looks at everything anew and goes on from there';
    case 'undo':
      return 'takes back what was done, the last step first';
    case 'leave':
      return 'touches nothing more: everything stays as it stands now, half-way, and the operation is over';
  }
}

/** What turned it back is named: that is what has to be mended first. */
function againText(reading: Reading): string {
  const steps = stepsToReopen(reading);
  const failed = steps.find((key) => hasFailed(historyOf(reading.histories, key)));
  if (failed === undefined) return `runs ${countSteps(steps.length)} again`;
  const others = steps.length === 1 ? '' : ` and ${countSteps(steps.length - 1)} more`;
  return `tries "${aboutOf(reading, failed)}", which failed,${others} again`;
}

const countSteps = (count: number): string => (count === 1 ? '1 step' : `${count} steps`);

const failedSteps = (reading: Reading): string => {
  const { row, histories } = reading;
  const steps = attentionFailures({ histories, forgiven: row.forgiven }).map(
    ({ step }) => `"${aboutOf(reading, step)}"`,
  );
  return steps.join(' and ');
};

function reasonedStep(reading: Reading, key: string): string {
  const reason = reading.graph?.byKey.get(key)?.skip;
  return `"${aboutOf(reading, key)}" (${reason})`;
}

export const aboutOf = ({ graph }: Pick<Reading, 'graph'>, key: string): string => graph?.byKey.get(key)?.about ?? key;
