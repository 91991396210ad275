import type { AnyTx } from '@operations-center/database';
import type { Exit, OperationStatus, OperationView, Rest, StepEvent } from './operation.ts';
import { type OperationRow, parseOwn } from './operation-rows.ts';

/** What is about to be true of an operation; of a step, if one is named. */
export type OperationRecord = {
  operation: RecordedOperation;
  event: StepEvent | 'submitted' | 'resting' | `${Exit}_asked`;
  status: OperationStatus;
  at: number;
  step: string | null;
  attempt: number | null;
  text: string | null;
  /** It comes to rest with this record: what must not be missed is written down with it. */
  rest?: Rest;
};

export type RecordedOperation = Pick<
  OperationView,
  'id' | 'workflow' | 'about' | 'claims' | 'requested_by' | 'created_at'
>;

/** Hears of a record inside the very write that makes it: what it adds is kept with it, or not at all. */
export type OnRecord = (tx: AnyTx, record: OperationRecord) => Promise<void>;

/** Said of the operation, not of a step. */
export const wholeOperation = { step: null, attempt: null, text: null } as const;

export const recordedOf = (row: OperationRow): RecordedOperation => ({
  id: row.id,
  workflow: row.workflow,
  about: row.about,
  claims: parseOwn<string[]>(row.claims),
  requested_by: row.requested_by,
  created_at: row.created_at,
});

/** What an operation is once a wish is written; what it does then is told by the records that follow. */
export function statusAfter(exit: Exit, row: OperationRow): OperationStatus {
  if (exit === 'leave') return 'left';
  if (exit === 'finish') return 'running';
  return exit === 'cancel' || exit === 'undo' || row.wants === 'undo' ? 'undoing' : 'running';
}
