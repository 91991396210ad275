import { finalFailure } from './journal.ts';
import { attentionFailures, historyOf } from './next-move.ts';
import type { Exit, OperationStatus, StepView, Wait } from './operation.ts';
import type { Observed } from './operation-rows.ts';
import type { Reading } from './reading.ts';
import { formatMs } from './step-signal.ts';
import { aboutOf } from './ways-out.ts';

type Parts = {
  reading: Reading;
  status: OperationStatus;
  steps: readonly StepView[];
  observed: Observed;
  exits: readonly Exit[];
};

/** What an open operation waits for; empty only when it has ended. */
export function describeWaits(parts: Parts): Wait[] {
  const { row } = parts.reading;
  switch (parts.status) {
    case 'finished':
    case 'undone':
    case 'left':
      return [];
    case 'queued':
      return [waitFor(parts, 'a free runner', seenAt(row.created_at, 'nobody has taken it up'), takesUp)];
    case 'paused':
      return [
        waitFor(
          parts,
          row.paused ?? 'a person to resume it',
          seenAt(row.touched_at, 'the last work on it'),
          choiceOf(parts),
        ),
      ];
    case 'needs_attention':
      return attentionWaits(parts);
    case 'running':
    case 'undoing': {
      const waits = parts.steps.flatMap((step) => stepWaits(parts, step));
      const next = parts.status === 'undoing' ? 'the next step to be taken back' : 'the next step to begin';
      return waits.length > 0
        ? waits
        : [waitFor(parts, next, seenAt(row.updated_at, 'the last record'), holderText(parts))];
    }
  }
}

const takesUp = 'a daemon that has room takes it up';

type Seen = { text: string; at: number };
const seenAt = (at: number, text: string): Seen => ({ text, at });

/** Since what was seen last, unless it began before. */
const waitFor = ({ exits }: Parts, what: string, observed: Seen, unblocks: string, since = observed.at): Wait => ({
  for: what,
  since,
  observed,
  unblocks,
  exits,
});

const choiceOf = ({ exits }: Parts): string => `a person chooses: ${exits.join(', ')}`;

function attentionWaits(parts: Parts): Wait[] {
  const { row, problem, histories } = parts.reading;
  if (problem !== null)
    return [waitFor(parts, problem.message, seenAt(row.updated_at, 'the last record'), choiceOf(parts))];
  return attentionFailures({ histories, forgiven: row.forgiven }).map(({ step, failure }) =>
    waitFor(
      parts,
      `a decision about "${aboutOf(parts.reading, step)}"`,
      seenAt(failure.at, failure.message),
      choiceOf(parts),
    ),
  );
}

function stepWaits(parts: Parts, step: StepView): Wait[] {
  if (step.state !== 'running' && step.state !== 'undoing') return [];
  const history = historyOf(parts.reading.histories, step.key);
  const since = history.startedAt ?? parts.reading.row.updated_at;
  const what = step.state === 'undoing' ? `taking back: ${step.about}` : step.about;
  const failure = history.failures.at(-1);
  const between = (history.last === 'failed' || history.last === 'undo_failed') && failure !== undefined;
  if (between && finalFailure(history, parts.reading.row.forgiven) === undefined) {
    return [waitFor(parts, what, seenAt(failure.at, failure.message), 'the next try of its policy', since)];
  }
  const observed = parts.observed[step.key] ?? seenAt(since, 'begun, no answer yet');
  return [waitFor(parts, what, observed, unblocksText(parts, step), since)];
}

function unblocksText(parts: Parts, { key, state }: StepView): string {
  const step = parts.reading.graph?.byKey.get(key);
  if (step === undefined) return 'its answer';
  if (state === 'undoing')
    return 'run' in step.undo ? `its answer, at most ${formatMs(step.undo.policy.deadlineMs)} a try` : 'nothing';
  const { deadlineMs, everyMs } = step.policy;
  if ('until' in step)
    return `what it waits for is seen (a look every ${formatMs(everyMs)}, at most ${formatMs(deadlineMs)})`;
  return `its answer, at most ${formatMs(deadlineMs)} a try`;
}

const holderText = ({ reading }: Parts): string =>
  reading.row.holder === null ? takesUp : `runner ${reading.row.owner ?? ''} begins it`;
