import type { Operation, OperationStep } from '@operations-center/contract';
import { afterName } from '../output/after-name.ts';
import { showElapsed } from '../output/time.ts';
import { serversOf, stepWord } from './step-words.ts';
import { waitSentence } from './wait-sentence.ts';

/** A wait is told when it has lasted this long: most are over before anybody could read them. */
const waitToldAfterMs = 5000;

/** Tells, look by look, what has happened: one line each, beginning with its time (RFC 3339, UTC). */
export function makePlainTeller(): (operation: Operation, now: number) => string[] {
  let before: Operation | undefined;
  const told = new Set<string>();
  return (after, now) => {
    const lines = [...changes(before, after, now), ...longWaits(after, now, told)];
    before = after;
    return lines.map(({ at, text }) => `${toSeconds(at)} ${text}`);
  };
}

type Line = { at: string; text: string };

function changes(before: Operation | undefined, after: Operation, now: number): Line[] {
  const servers = serversOf(after);
  const known = new Map(before?.metadata.steps.map((step) => [step.key, step]));
  const lines: Line[] = [];
  if (before === undefined) {
    const count = after.metadata.steps.length;
    lines.push({ at: after.created_at, text: `operation ${after.id}: ${after.description}, ${count} steps` });
  }
  for (const step of after.metadata.steps) {
    const text = stepChange(known.get(step.key), step);
    if (text !== undefined) lines.push({ at: timeOf(step, now), text: `${subjectOf(step, servers)}: ${text}` });
  }
  lines.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return before?.metadata.status === after.metadata.status ? lines : [...lines, ...statusChange(after)];
}

const toSeconds = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

const timeOf = (step: OperationStep, now: number): string =>
  step.ended_at ?? (isUnderWay(step) ? step.started_at : null) ?? new Date(now).toISOString();

const isUnderWay = ({ state }: OperationStep): boolean => state === 'running' || state === 'undoing';

const subjectOf = (step: OperationStep, servers: readonly string[]): string =>
  step.target !== null && servers.includes(step.target)
    ? `${step.target} ${stepWord(step, servers)}`
    : stepWord(step, servers);

function stepChange(
  before: OperationStep | undefined,
  { state, already, attempt, ...step }: OperationStep,
): string | undefined {
  if (before?.state === state && (state !== 'running' || before.attempt === attempt)) return undefined;
  switch (state) {
    case 'pending':
      return undefined;
    case 'running':
      return attempt > 1 ? `try ${attempt}` : 'started';
    case 'succeeded':
      return already ? 'as wanted already' : `done${took(step.started_at, step.ended_at)}`;
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'undoing':
      return 'taking back';
    case 'undone':
      return 'taken back';
    case 'undo_failed':
      return 'could not be taken back';
  }
}

const took = (from: string | null, to: string | null): string =>
  from === null || to === null ? '' : ` in ${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;

function statusChange(operation: Operation): Line[] {
  const { status, failure } = operation.metadata;
  const at = operation.updated_at;
  const cause =
    failure === null
      ? ''
      : `: ${failure.target === null ? '' : `${failure.target}: `}${afterName(failure.target, failure.message)}`;
  const elapsed = showElapsed(Date.parse(operation.updated_at) - Date.parse(operation.created_at));
  const texts: Record<Operation['metadata']['status'], string | undefined> = {
    queued: undefined,
    running: undefined,
    undoing: `taking everything back${cause}`,
    paused: 'paused',
    needs_attention: `needs a person${cause}`,
    finished: `finished after ${elapsed}`,
    undone: `everything was taken back after ${elapsed}`,
    left: 'left as it stands',
  };
  const text = texts[status];
  return text === undefined ? [] : [{ at, text }];
}

/** Each wait once, when it has become long. */
function longWaits(operation: Operation, now: number, told: Set<string>): Line[] {
  return operation.metadata.waits.flatMap((wait) => {
    const key = `${wait.since} ${wait.for}`;
    if (now - Date.parse(wait.since) < waitToldAfterMs || told.has(key)) return [];
    told.add(key);
    return [{ at: new Date(now).toISOString(), text: waitSentence(wait, now) }];
  });
}
