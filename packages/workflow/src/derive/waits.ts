import { finalFailure, type StepHistory, unforgiven } from '../journal.ts';
import type { Exit, OperationStatus, StepView, Wait } from '../operation.ts';
import type { Observed } from '../operation-rows.ts';
import type { Policy } from '../workflow.ts';
import { backoffMs, formatMs } from './durations.ts';
import { attentionFailures, historyOf, undoOf } from './next-move.ts';
import type { Reading } from './reading.ts';
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
  const since = history.rowStartedAt ?? parts.reading.row.updated_at;
  const what = step.state === 'undoing' ? `taking back: ${step.about}` : step.about;
  const failure = history.failures.at(-1);
  const between = (history.last === 'failed' || history.last === 'undo_failed') && failure !== undefined;
  if (between && finalFailure(history, parts.reading.row.forgiven) === undefined) {
    return [waitFor(parts, what, seenAt(failure.at, failure.message), nextTryText(parts, step, history), since)];
  }
  // A try that has just begun has seen nothing: what ended the one before says more.
  const before = triesBefore(parts, step, history).at(-1);
  const observed =
    parts.observed[step.key] ??
    (before === undefined ? seenAt(since, 'begun, no answer yet') : seenAt(before.at, before.message));
  return [waitFor(parts, what, observed, unblocksText(parts, step, history), since)];
}

const triesBefore = ({ reading }: Parts, { state }: StepView, history: StepHistory) =>
  unforgiven(history, state === 'undoing', reading.row.forgiven);

function nextTryText(parts: Parts, step: StepView, history: StepHistory): string {
  const policy = policyOf(parts, step);
  return policy === undefined ? 'its next try' : `try ${tryText(parts, step, history, policy, true)}`;
}

/** `7 of 40; if all fail, in 4 min or later, it is taken back`. */
function tryText(parts: Parts, step: StepView, history: StepHistory, policy: Policy, isPausing: boolean): string {
  const failed = triesBefore(parts, step, history).length;
  let leftMs = 0;
  for (let tried = isPausing ? failed : failed + 1; tried < policy.attempts; tried += 1)
    leftMs += tried === 0 ? 0 : backoffMs(policy, tried);
  const when = leftMs === 0 ? '' : `, in ${formatMs(leftMs)} or later`;
  return `${failed + 1} of ${policy.attempts}; if all fail${when}, ${afterLast(parts, step)}`;
}

function afterLast({ reading }: Parts, { key, state }: StepView): string {
  const asks = state === 'undoing' || reading.graph?.byKey.get(key)?.skip !== undefined;
  return asks ? 'a person chooses' : 'everything is taken back';
}

function policyOf({ reading }: Parts, { key, state }: StepView): Policy | undefined {
  const step = reading.graph?.byKey.get(key);
  return state === 'undoing' ? undoOf(step)?.policy : step?.policy;
}

function unblocksText(parts: Parts, view: StepView, history: StepHistory): string {
  const step = parts.reading.graph?.byKey.get(view.key);
  const policy = policyOf(parts, view);
  if (step === undefined || policy === undefined) return 'its answer';
  const { deadlineMs, everyMs } = policy;
  if ('until' in step && view.state !== 'undoing')
    return `what it waits for is seen (a look every ${formatMs(everyMs)}, at most ${formatMs(deadlineMs)})`;
  const answer = `its answer, at most ${formatMs(deadlineMs)} a try`;
  return triesBefore(parts, view, history).length === 0
    ? answer
    : `${answer}; try ${tryText(parts, view, history, policy, false)}`;
}

const holderText = ({ reading }: Parts): string =>
  reading.row.holder === null ? takesUp : `runner ${reading.row.owner ?? ''} begins it`;
