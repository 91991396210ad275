import type { Operation, OperationFailure } from '@operations-center/contract';
import { CliFailure, LeftRunning } from '../failures/failure.ts';
import { stepWord } from './step-words.ts';
import { wayOutLines } from './ways-out-lines.ts';

/** Returns if the operation reached its goal; everything else is told as a failure. */
export function requireFinished(operation: Operation | undefined, id: string): void {
  if (operation === undefined) {
    throw new LeftRunning(`It goes on by itself. See it again: operations-center operation watch ${id}`);
  }
  if (operation.metadata.status !== 'finished') throw explainOperation(operation);
}

/** Server, step, cause, how things stand now, and what to do. */
function explainOperation(operation: Operation): CliFailure {
  const { failure, first_failure: first, status } = operation.metadata;
  const cause = failureText(operation, first ?? failure);
  // What keeps it from getting back is not why it turned back.
  const onTheWayBack =
    first === null || first === undefined ? '' : `Taking it back failed: ${failureText(operation, failure)}.\n`;
  const fix = [failure?.hint ?? '', nextStep(operation)].filter((line) => line !== '').join('\n');
  return new CliFailure({
    what: `could not ${decapitalize(operation.description)}${cause === '' ? (cancelText[status] ?? '') : `: ${cause}`}`,
    why: `${onTheWayBack}${endText[status]}`,
    fix,
    code: failure?.code || `operation_${status}`,
  });
}

/** Nothing failed, and yet it did not get there. */
const cancelText: Readonly<Partial<Record<Operation['metadata']['status'], string>>> = { undone: ': it was cancelled' };

const endText: Readonly<Record<Operation['metadata']['status'], string>> = {
  queued: 'It has not begun.',
  running: 'It is running.',
  undoing: 'It is being taken back.',
  paused: 'It is paused: it was last touched too long ago to go on without a look.',
  needs_attention: 'It stopped half-way and waits for a decision.',
  finished: 'It is finished.',
  undone: 'Everything was taken back: the servers are as they were.',
  left: 'It was left as it stands; nothing was taken back.',
};

/** `server3, join: connection refused`. */
function failureText({ metadata: { steps } }: Operation, failure: OperationFailure | null): string {
  if (failure === null) return '';
  const step = steps.find(
    (one) => one.key === failure.step || (one.name === failure.step && one.target === failure.target),
  );
  const word = step === undefined ? failure.step : stepWord(step, failure.target === null ? [] : [failure.target]);
  const message = failure.target === null ? failure.message : failure.message.replace(`${failure.target}: `, '');
  return `${[failure.target, word].filter((part) => part !== null).join(', ')}: ${message}`;
}

function nextStep(operation: Operation): string {
  const { id, metadata } = operation;
  const { status } = metadata;
  const show = `More: operations-center operation show ${id}`;
  if (status !== 'needs_attention' && status !== 'paused') return show;
  const ways = wayOutLines(operation).map((line) => `  ${line}`);
  return ['The ways out:', ...ways, show].join('\n');
}

const decapitalize = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
