import type { DatabaseLog } from '@operations-center/database';
import type { StepGraph } from '../derive/steps.ts';
import type { Entry } from '../journal.ts';
import type { KillPoint } from '../kill-point.ts';
import type { StepEvent } from '../operation.ts';
import type { OnRecord } from '../operation-record.ts';
import type { OperationRow } from '../operation-rows.ts';
import type { EngineDatabase, Wishes } from '../store/operations.store.ts';
import type { Json, Outcome, Workflow } from '../workflow.ts';
import type { Room } from './room.ts';

export type ExecutionParts = {
  database: EngineDatabase;
  nowMs(): number;
  owner: string;
  room: Room;
  killPoint: KillPoint;
  onRecord: OnRecord;
  /** The causes that people are not shown. */
  log: DatabaseLog;
  /** False when the lease may have run out: nothing may be begun. */
  isLeaseValid(): boolean;
  /** How long calls that are meant to take `ms` may act, given the lease. */
  boundedMs(ms: number): number;
  /** An entry was written, or something was seen. */
  onProgress(
    operation: string,
    progress: { step: string; event: StepEvent | 'observed'; attempt: number; at: number; text?: string },
  ): void;
  /** The operation left this runner: it ended, rests, was lost, or could not be written. */
  onLeft(execution: Execution, how: Departure): void;
  onCrash(): void;
};

export type Departure =
  | { how: 'closed'; outcome: Outcome }
  | { how: 'parked' }
  | { how: 'released' }
  | { how: 'lost' }
  /** The database did not take a record. */
  | { how: 'broken'; error: unknown };

export type Claim = { row: OperationRow; workflow: Workflow; plan: Json; graph: StepGraph; entries: readonly Entry[] };

export type Execution = {
  readonly id: string;
  readonly fence: number;
  readonly observed: ReadonlyMap<string, { text: string; at: number }>;
  advance(): void;
  /** What people asked meanwhile. */
  learn(wishes: Wishes): void;
  /** No step begins any more; waits end at once, calls at their boundary. */
  stop(): void;
  /** Also calls that run are told to end. `lost`: nothing may be written any more. */
  abort(because: 'stop' | 'lease', lost: boolean): void;
  /** Settles when nothing of it runs in this process. */
  idle(): Promise<void>;
};
