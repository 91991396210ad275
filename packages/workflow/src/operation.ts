import type { Json } from './workflow.ts';

/**
 * What an operation is doing, derived from its journal, never written by hand.
 * `queued` not claimed yet · `running` · `undoing` · `paused` waits for `resume` · `needs_attention` a person must
 * choose · `finished` · `undone` all was taken back · `left` a person chose to leave things as they stand.
 */
export type OperationStatus =
  | 'queued'
  | 'running'
  | 'undoing'
  | 'paused'
  | 'needs_attention'
  | 'finished'
  | 'undone'
  | 'left';

export const isOpen = (status: OperationStatus): boolean =>
  status !== 'finished' && status !== 'undone' && status !== 'left';

/** Nothing happens by itself any more: it has ended, or a person must choose. */
export const isResting = (status: OperationStatus): boolean =>
  !isOpen(status) || status === 'paused' || status === 'needs_attention';

/** An operation came to rest: it has ended, or a person must choose. */
export type Rest = {
  operation: string;
  status: 'paused' | 'needs_attention' | 'finished' | 'undone' | 'left';
  /** Its last record: with it, the same rest is known when it is told again after a restart. */
  seq: number;
  /** Of one that was taken back: because a step failed, not because a person wanted it. */
  failed: boolean;
  at: number;
};

/** An event of the journal: what happened to a step. */
export type StepEvent =
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'undo_started'
  | 'undone'
  | 'undo_failed'
  /** It counts as not done: the operation goes forward again. */
  | 'reopened';

export type StepState =
  | 'pending'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'undoing'
  | 'undone'
  | 'undo_failed';

/** What a person or program sees of an operation. Times are epoch milliseconds. */
export type OperationView = {
  id: string;
  workflow: string;
  version: number;
  about: string;
  status: OperationStatus;
  claims: readonly string[];
  /** Who asked for it, as given to `submit`. */
  requested_by: string | null;
  created_at: number;
  updated_at: number;
  steps: readonly StepView[];
  /** Never empty while the operation is open. */
  waits: readonly Wait[];
  /** Which way it works: towards its goal, or back to how things were. */
  direction: 'forward' | 'back';
  /** In the order in which they are offered; empty where there is nothing to choose. */
  ways_out: readonly WayOut[];
  failure: Failure | null;
  /** Where `failure` is another: the one that made it turn back. */
  first_failure: Failure | null;
  warnings: readonly { step: string; code: string; message: string }[];
};
export type StepView = {
  key: string;
  name: string;
  target: string | null;
  about: string;
  state: StepState;
  attempt: number;
  started_at: number | null;
  ended_at: number | null;
  already: boolean;
};
/** What it waits for, since when, what was last seen, what unblocks it, and which ways out there are. */
export type Wait = {
  for: string;
  since: number;
  observed: { text: string; at: number };
  unblocks: string;
  exits: readonly Exit[];
};
export type Exit = 'cancel' | 'retry' | 'finish' | 'skip' | 'resume' | 'undo' | 'leave';
/** A way out, and what taking it means now. */
export type WayOut = {
  exit: Exit;
  /** The end of a sentence: `tries "Let server3 join" again and goes on from there`. */
  does: string;
  /** Something is given up that does not come back by itself: worth a question before. */
  loses: boolean;
};
export type Failure = {
  step: string;
  target: string | null;
  code: string;
  message: string;
  hint: string | null;
  details: Json;
};
