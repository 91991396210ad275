import type { StepEvent, StepState } from './operation.ts';
import type { Json } from './workflow.ts';

/** A row of `operation_steps`, its JSON parsed. */
export type Entry = {
  seq: number;
  step: string;
  event: StepEvent;
  attempt: number;
  at: number;
  /** Of a start, when it is written: the call ends within this time. */
  deadlineMs?: number;
  output: Json | undefined;
  detail: EntryDetail;
};

/** An entry as people see it: what a step gave to the next is not for them. */
export type JournalLine = Pick<Entry, 'seq' | 'at' | 'step' | 'event' | 'attempt' | 'detail'>;

export type EntryDetail = {
  failure?: EntryFailure;
  already?: true;
  warnings?: readonly Warning[];
};

export type Warning = { code: string; message: string };

/** `final`: the policy allows no further try. */
export type EntryFailure = {
  kind: 'transient' | 'permanent' | 'attention';
  final: boolean;
  code: string;
  message: string;
  hint: string | null;
  details: Json;
};

type SeenFailure = EntryFailure & { seq: number; at: number; undo: boolean };

/** All that the journal knows about one step. */
export type StepHistory = {
  last: StepEvent | null;
  lastSeq: number;
  attempt: number;
  undoAttempt: number;
  startedAt: number | null;
  /** When the first try of this row of tries began: what failed only for now is the same row. */
  rowStartedAt: number | null;
  endedAt: number | null;
  output: Json | undefined;
  already: boolean;
  /** A person went on without it. */
  skipped: boolean;
  failures: readonly SeenFailure[];
  /** Starts that no end followed, in a row: the daemon died (or was stopped) each time. */
  interrupted: number;
  warnings: readonly Warning[];
};

export const untouched: StepHistory = {
  last: null,
  lastSeq: 0,
  attempt: 0,
  undoAttempt: 0,
  startedAt: null,
  rowStartedAt: null,
  endedAt: null,
  output: undefined,
  already: false,
  skipped: false,
  failures: [],
  interrupted: 0,
  warnings: [],
};

/** The history after one more entry. */
export function addEntry(history: StepHistory, entry: Entry): StepHistory {
  const next = { ...history, last: entry.event, lastSeq: entry.seq };
  const wasStart = history.last === 'started' || history.last === 'undo_started';
  switch (entry.event) {
    case 'started':
      return {
        ...next,
        attempt: entry.attempt,
        startedAt: entry.at,
        rowStartedAt: rowStart(history, entry, ['started', 'failed']),
        endedAt: null,
        interrupted: wasStart ? history.interrupted + 1 : 0,
      };
    case 'undo_started':
      return {
        ...next,
        undoAttempt: entry.attempt,
        startedAt: entry.at,
        rowStartedAt: rowStart(history, entry, ['undo_started', 'undo_failed']),
        endedAt: null,
        interrupted: history.last === 'undo_started' ? history.interrupted + 1 : 0,
      };
    case 'succeeded':
      return {
        ...next,
        endedAt: entry.at,
        output: entry.output,
        already: entry.detail.already ?? false,
        // What it met on the way here is no reason to turn back any more.
        failures: history.failures.filter(({ undo }) => undo),
        warnings: entry.detail.warnings ?? [],
      };
    case 'reopened':
      // What it gave is kept, for it may still stand; how often it was tried, for what it did may be there.
      return {
        ...untouched,
        last: 'reopened',
        lastSeq: entry.seq,
        attempt: history.attempt,
        undoAttempt: history.undoAttempt,
        output: history.output,
      };
    case 'skipped':
      return { ...next, endedAt: entry.at, skipped: true };
    case 'undone':
      // What was learned while taking back serves the steps that are taken back after it.
      return { ...next, endedAt: entry.at, output: entry.output ?? history.output };
    case 'failed':
    case 'undo_failed':
      return {
        ...next,
        endedAt: entry.at,
        failures: withFailure(history, entry),
        warnings: entry.detail.warnings ?? [],
      };
  }
}

/** After a failure for good a person asked for more: that begins anew. */
function rowStart(history: StepHistory, { at }: Entry, same: readonly StepEvent[]): number {
  if (history.last === null || !same.includes(history.last)) return at;
  const isOver = history.last.endsWith('failed') && history.failures.at(-1)?.final === true;
  return isOver ? at : (history.rowStartedAt ?? at);
}

function withFailure(history: StepHistory, entry: Entry): readonly SeenFailure[] {
  const { failure } = entry.detail;
  if (failure === undefined) return history.failures;
  return [...history.failures, { ...failure, seq: entry.seq, at: entry.at, undo: entry.event === 'undo_failed' }];
}

/** Failures a person has not waved through by `retry` or `undo` (all up to `forgiven` are). */
export const unforgiven = (history: StepHistory, undo: boolean, forgiven: number): readonly SeenFailure[] =>
  history.failures.filter((failure) => failure.undo === undo && failure.seq > forgiven);

/** A step failed for good, and nobody went on without it: that is why an operation turns back. */
export const hasFailed = ({ failures, skipped }: StepHistory): boolean =>
  !skipped && failures.some(({ final, undo }) => final && !undo);

/** The failure that ended this step for good, if one did and nobody asked for another try. */
export function finalFailure(history: StepHistory, forgiven: number): SeenFailure | undefined {
  if (history.last !== 'failed' && history.last !== 'undo_failed') return undefined;
  const failure = history.failures.at(-1);
  return failure?.final === true && failure.seq > forgiven ? failure : undefined;
}

type Wishes = { forgiven: number; wants: 'run' | 'undo' };

/** What the step is doing. A started step without an end counts as running: it is run again after a crash. */
export function stateOf(history: StepHistory, { forgiven, wants }: Wishes): StepState {
  switch (history.last) {
    case null:
    case 'reopened':
      return 'pending';
    case 'started':
      return 'running';
    case 'succeeded':
      return 'succeeded';
    case 'skipped':
      return 'skipped';
    case 'failed':
      if (finalFailure(history, forgiven) !== undefined) return 'failed';
      if (history.failures.at(-1)?.final !== true) return 'running';
      // On the way back nothing is tried forward again, whatever a person waved through.
      return wants === 'undo' ? 'failed' : 'pending';
    case 'undo_started':
      return 'undoing';
    case 'undone':
      return 'undone';
    case 'undo_failed':
      return finalFailure(history, forgiven) === undefined ? 'undoing' : 'undo_failed';
  }
}
