import type { AnyTx, Database, DatabaseLog } from '@operations-center/database';
import type { JournalLine } from '../journal.ts';
import type { KillPoint } from '../kill-point.ts';
import type { Exit, OperationView, StepEvent } from '../operation.ts';
import type { OnRecord } from '../operation-record.ts';
import type { OperationCounts } from '../store/operation-counts.ts';
import type { OperationFilter, Page } from '../store/operation-pages.ts';
import type { Json, Workflow } from '../workflow.ts';

export type RunnerParts<Schema> = {
  database: Database<Schema>;
  clock: { nowMs(): number };
  /** Every version this program can still bring to an end; `submit` takes the highest. */
  workflows: readonly Workflow[];
  /** This daemon, the same after a restart, never the same for two that run at once. */
  owner: string;
  leaseMs?: number;
  /** No other daemon can live on this database: what others held is taken at once. */
  exclusive?: boolean;
  /** Calls (and looks) at once. Default 64. */
  concurrency?: number;
  /** Operations this runner holds at once. Default 2,000. */
  operationsAtOnce?: number;
  /** How often the queue is looked at for the work of other daemons. Default 1,000. */
  pollMs?: number;
  /** An operation untouched for longer comes up paused. Default one hour. */
  resumeLimitMs?: number;
  /** Why no operation may go on by itself now; undefined: nothing speaks against it. */
  held?(): string | undefined;
  log?: DatabaseLog;
  onEvent?(event: ProgressEvent): void;
  onRecord?: OnRecord;
  killPoint?: KillPoint | undefined;
};

/** What happened to an operation, told after it was written. */
export type ProgressEvent = {
  operation: string;
  at: number;
  step: string | null;
  event: StepEvent | 'observed' | 'submitted' | 'resting' | `${Exit}_asked`;
  attempt: number | null;
  text: string | null;
};

export type Submission = { workflow: string; plan: Json; requested_by?: string };

export type Runner = {
  /** Inserts the operation with its claims in the caller's write; it begins after the COMMIT. Throws `ClaimTaken`. */
  submit(tx: AnyTx, submission: Submission): Promise<string>;
  /** Takes up what is open and begins to work. Resolves when all that was open is taken up. */
  start(): Promise<void>;
  /** Takes no more work; calls come to their boundary within `graceMs`, then they are told to end. */
  stop(options: { graceMs: number }): Promise<void>;
  /** Resolves when the operation has ended, is paused, or needs attention. Rejects with the signal's reason. */
  wait(id: string, signal?: AbortSignal): Promise<OperationView>;
  /** Each throws `OperationNotFound` or `ExitNotPossible`. */
  cancel(id: string): Promise<void>;
  /** In the direction the operation works: on from the failed step, or on with taking back. */
  retry(id: string): Promise<void>;
  /** Goes forward again from a way back that asks. */
  finish(id: string): Promise<void>;
  /** Goes on without the failed steps that allow it. */
  skip(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  undo(id: string): Promise<void>;
  leave(id: string): Promise<void>;
  view(id: string): Promise<OperationView | undefined>;
  /** Its journal after an entry, at most so much of it; without the outputs of its steps. */
  journal(id: string, after: number, limit: number): Promise<JournalLine[]>;
  /** A page of the list of operations, newest first. */
  page(filter?: OperationFilter): Promise<Page<OperationView>>;
  /** How many there are in which state; `since`: of those that failed, only those submitted then or later. */
  count(since: number): Promise<OperationCounts>;
  /** Looks at once for work, and for what people asked of what runs here: another runner was told something. */
  look(): void;
  /** Gives back how to end the subscription. */
  subscribe(listener: (event: ProgressEvent) => void): () => void;
};
