import {
  type AnyTx,
  type DialectName,
  preparedRows,
  preparedRun,
  type SqlValue,
  type WriteOptions,
} from '@operations-center/database';
import { ClaimTaken } from '../faults.ts';
import type { OperationRow } from '../operation-rows.ts';
import type { Outcome } from '../workflow.ts';

/** What the engine needs of a database, whatever its schema. */
export type EngineDatabase = {
  readonly dialect: DialectName;
  rows<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  write<T>(name: string, body: (tx: AnyTx) => Promise<T>, options?: WriteOptions): Promise<T>;
};

/** Every body of the engine begins with its operation's row, by its fence. */
export const byFence: WriteOptions = { locksFirst: true };

export type NewOperation = Pick<
  OperationRow,
  'id' | 'workflow' | 'version' | 'plan' | 'about' | 'requested_by' | 'created_at'
> & { claims: readonly string[]; subjects?: readonly string[] };

/** Inserts an operation with its claims. Throws `ClaimTaken` if another open operation holds one of them. */
export async function insertOperation(tx: AnyTx, operation: NewOperation): Promise<void> {
  const { id, created_at } = operation;
  await preparedRun(
    tx,
    `insert into operations (id, workflow, version, plan, about, claims, requested_by, created_at, updated_at, touched_at, wants, todo)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'run', 1)`,
    [
      id,
      operation.workflow,
      operation.version,
      operation.plan,
      operation.about,
      JSON.stringify(operation.claims),
      operation.requested_by,
      created_at,
      created_at,
      created_at,
    ],
  );
  for (const claim of operation.claims) await insertClaim(tx, claim, id);
  for (const subject of [...operation.claims, ...(operation.subjects ?? [])]) {
    const text = 'insert into operation_subjects (claim, created_at, operation) values (?, ?, ?)';
    await preparedRun(tx, text, [subject, created_at, id]);
  }
}

async function insertClaim(tx: AnyTx, claim: string, operation: string): Promise<void> {
  const text = 'insert into operation_claims (claim, operation) values (?, ?) on conflict (claim) do nothing';
  if ((await preparedRun(tx, text, [claim, operation])) === 1) return;
  await refuseHeld(tx, claim);
  throw new Error(`the claim ${claim} is taken by nobody`);
}

/** Throws `ClaimTaken` if an open operation holds it. */
export async function refuseHeld(tx: AnyTx, claim: string): Promise<void> {
  const [holder] = await preparedRows<{ operation: string; about: string; since: number }>(
    tx,
    `select operation, about, created_at as since from operation_claims
     join operations on operations.id = operation where claim = ?`,
    [claim],
  );
  if (holder !== undefined) throw new ClaimTaken(claim, holder);
}

/** One text parameter, a JSON array of strings, as a table with the column `value`. */
export const listOf = (dialect: DialectName): string =>
  dialect === 'postgres' ? 'json_array_elements_text(?::json) as list (value)' : 'json_each(?)';

export type Grip = { id: string; fence: number };
/** What people may have asked meanwhile. */
export type Wishes = Pick<OperationRow, 'wants' | 'forgiven'>;
/** Ends an operation and frees its claims; false if a wish or another holder came between. */
export async function closeOperation(
  tx: AnyTx,
  grip: Grip & Wishes,
  outcome: Outcome,
  nowMs: number,
): Promise<boolean> {
  const changed = await preparedRun(
    tx,
    `update operations set outcome = ?, todo = 0, owner = null, holder = null, busy_until = 0, observed = null, updated_at = ?
     where id = ? and fence = ? and wants = ? and forgiven = ? and outcome is null`,
    [outcome, nowMs, grip.id, grip.fence, grip.wants, grip.forgiven],
  );
  if (changed === 0) return false;
  await releaseClaims(tx, grip.id);
  return true;
}

export const releaseClaims = (tx: AnyTx, id: string): Promise<number> =>
  preparedRun(tx, 'delete from operation_claims where operation = ?', [id]);

/** Puts an operation to rest until a person asks for something; false if that has just happened. */
export async function parkOperation(tx: AnyTx, grip: Grip & Wishes, paused: string | null): Promise<boolean> {
  const text = `update operations set todo = 0, owner = null, holder = null, busy_until = 0, paused = ?
     where id = ? and fence = ? and wants = ? and forgiven = ? and outcome is null`;
  return (await preparedRun(tx, text, [paused, grip.id, grip.fence, grip.wants, grip.forgiven])) === 1;
}

/** What people asked of an operation this holder still has; undefined if it has it no more. */
export async function readWishes(tx: AnyTx, grip: Grip): Promise<Wishes | undefined> {
  const text = 'select wants, forgiven from operations where id = ? and fence = ? and outcome is null';
  const [wishes] = await preparedRows<Wishes>(tx, text, [grip.id, grip.fence]);
  return wishes;
}
