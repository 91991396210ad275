import {
  type AnyTx,
  type DialectName,
  dialectOf,
  nowMsText,
  preparedRows,
  preparedRun,
  type SqlValue,
  type WriteOptions,
} from '@operations-center/database';
import { ClaimTaken, LeaseLost } from './faults.ts';
import type { Entry, EntryDetail } from './journal.ts';
import type { StepEvent } from './operation.ts';
import { type OperationRow, operationColumns, parseOwn, type StepRow, stepColumns } from './operation-rows.ts';
import type { Outcome } from './workflow.ts';

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
> & { claims: readonly string[] };

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
  for (const claim of operation.claims) {
    await insertClaim(tx, claim, id);
    const text = 'insert into operation_subjects (claim, created_at, operation) values (?, ?, ?)';
    await preparedRun(tx, text, [claim, created_at, id]);
  }
}

async function insertClaim(tx: AnyTx, claim: string, operation: string): Promise<void> {
  const text = 'insert into operation_claims (claim, operation) values (?, ?) on conflict (claim) do nothing';
  if ((await preparedRun(tx, text, [claim, operation])) === 1) return;
  const [holder] = await preparedRows<{ operation: string; about: string; since: number }>(
    tx,
    `select operation, about, created_at as since from operation_claims
     join operations on operations.id = operation where claim = ?`,
    [claim],
  );
  if (holder === undefined) throw new Error(`the claim ${claim} is taken by nobody`);
  throw new ClaimTaken(claim, holder);
}

export type Lease = { owner: string; holder: string; leaseMs: number; nowMs: number };
export type Claiming = Lease & {
  limit: number;
  /** Leases of others need not be waited for: nobody else can be alive. */
  exclusive: boolean;
  /** Leases of an earlier run of the same owner need not be waited for either. */
  restarted: boolean;
  /** `name@version` of every workflow this program knows: others are left to those who do. */
  known: readonly string[];
};

/** Operations taken from the queue, with what stood in their row before. */
export type Claimed = { row: OperationRow; wasHeld: boolean };

/** Takes up to `limit` operations that have something to do and that nobody holds. */
export async function claimOperations(tx: AnyTx, claiming: Claiming): Promise<Claimed[]> {
  const dialect = dialectOf(tx);
  const now = nowMsText(dialect);
  const abandoned = `(lease_until < ${now} and busy_until < ${now})`;
  const [free, values] = claiming.exclusive
    ? ['(holder is null or holder <> ?)', [claiming.holder]]
    : claiming.restarted
      ? [`(holder is null or owner = ? or ${abandoned})`, [claiming.owner]]
      : [`(holder is null or ${abandoned})`, []];
  const found = await preparedRows<{ id: string; holder: string | null }>(
    tx,
    `select id, holder from operations where outcome is null and todo = 1 and ${free}
     and workflow || '@' || version in (select value from ${listOf(dialect)}) order by created_at limit ${claiming.limit} ${dialect === 'postgres' ? 'for update skip locked' : ''}`,
    [...values, JSON.stringify(claiming.known)],
  );
  if (found.length === 0) return [];
  const held = new Set(found.filter(({ holder }) => holder !== null).map(({ id }) => id));
  const rows = await preparedRows<OperationRow>(
    tx,
    `update operations set owner = ?, holder = ?, fence = fence + 1, lease_until = ${now} + ?, busy_until = 0
     where id in (select value from ${listOf(dialect)}) returning ${operationColumns}`,
    [claiming.owner, claiming.holder, claiming.leaseMs, JSON.stringify(found.map(({ id }) => id))],
  );
  return rows.map((row) => ({ row, wasHeld: held.has(row.id) }));
}

/** Operations that rest are looked at anew when a program starts: it may know what the one before did not. */
export const wakeResting = (tx: AnyTx): Promise<number> =>
  preparedRun(
    tx,
    'update operations set todo = 1 where outcome is null and todo = 0 and paused is null and holder is null',
  );

/** One text parameter, a JSON array of strings, as a table with the column `value`. */
export const listOf = (dialect: DialectName): string =>
  dialect === 'postgres' ? 'json_array_elements_text(?::json) as list (value)' : 'json_each(?)';

export async function readEntries(tx: AnyTx, ids: readonly string[]): Promise<Map<string, Entry[]>> {
  const text = `select ${stepColumns} from operation_steps where operation in (select value from ${listOf(dialectOf(tx))}) order by operation, seq`;
  return groupEntries(await preparedRows<StepRow>(tx, text, [JSON.stringify(ids)]));
}

export function groupEntries(rows: readonly StepRow[]): Map<string, Entry[]> {
  const entries = new Map<string, Entry[]>();
  for (const row of rows) {
    const list = entries.get(row.operation);
    if (list === undefined) entries.set(row.operation, [toEntry(row)]);
    else list.push(toEntry(row));
  }
  return entries;
}

export const toEntry = (row: StepRow): Entry => ({
  seq: row.seq,
  step: row.step,
  event: row.event as StepEvent, // written by `appendEntries` only
  attempt: row.attempt,
  at: row.at,
  output: row.output === null ? undefined : parseOwn(row.output),
  detail: row.detail === null ? {} : parseOwn<EntryDetail>(row.detail),
});

export type Grip = { id: string; fence: number };
/** What people may have asked meanwhile. */
export type Wishes = Pick<OperationRow, 'wants' | 'forgiven'>;
export type Appending = Grip & {
  nowMs: number;
  by: string;
  entries: readonly Entry[];
  /** How long the calls that run now may still take: nobody takes over before. */
  busyMs: number;
  /** A step failed for good: from here on the operation is taken back. */
  unwind: boolean;
};

/** Adds to the journal. Throws `LeaseLost`, and nothing is written, if another holder has taken the operation over. */
export async function appendEntries(tx: AnyTx, appending: Appending): Promise<Wishes> {
  const now = nowMsText(dialectOf(tx));
  const { id, fence, nowMs, by } = appending;
  const [wishes] = await preparedRows<Wishes>(
    tx,
    `update operations set updated_at = ?, touched_at = ?, touched_by = ?, busy_until = ${now} + ?${appending.unwind ? ", wants = 'undo'" : ''}
     where id = ? and fence = ? and outcome is null returning wants, forgiven`,
    [nowMs, nowMs, by, Math.ceil(appending.busyMs), id, fence],
  );
  if (wishes === undefined) throw new LeaseLost(id);
  for (const entry of appending.entries) await insertEntry(tx, id, entry);
  return wishes;
}

export function insertEntry(tx: AnyTx, id: string, entry: Entry): Promise<number> {
  const deadline = `${nowMsText(dialectOf(tx))} + ?`;
  const text = `insert into operation_steps (${stepColumns}) values (?, ?, ?, ?, ?, ?, ${deadline}, ?, ?)`;
  return preparedRun(tx, text, [
    id,
    entry.seq,
    entry.step,
    entry.event,
    entry.attempt,
    entry.at,
    entry.deadlineMs === undefined ? null : Math.ceil(entry.deadlineMs),
    entry.output === undefined ? null : JSON.stringify(entry.output),
    Object.keys(entry.detail).length === 0 ? null : JSON.stringify(entry.detail),
  ]);
}

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

/** Gives operations back to the queue: a step boundary was reached, somebody else may go on. */
export async function releaseOperation(tx: AnyTx, grip: Grip): Promise<void> {
  const text = 'update operations set holder = null, lease_until = 0, busy_until = 0 where id = ? and fence = ?';
  await preparedRun(tx, text, [grip.id, grip.fence]);
}

export type Renewed = Grip & Wishes;

/** Renews all leases of a holder; an operation that is missing in the answer was taken over. */
export async function renewLeases(tx: AnyTx, lease: Lease): Promise<Renewed[]> {
  return preparedRows<Renewed>(
    tx,
    `update operations set lease_until = ${nowMsText(dialectOf(tx))} + ?, touched_at = ?, touched_by = ?
     where holder = ? and outcome is null returning id, fence, wants, forgiven`,
    [lease.leaseMs, lease.nowMs, lease.owner, lease.holder],
  );
}

export const storeObserved = (tx: AnyTx, grip: Grip, observed: string): Promise<number> =>
  preparedRun(tx, 'update operations set observed = ? where id = ? and fence = ?', [observed, grip.id, grip.fence]);

/** An operation with its journal, locked against everybody else until the write ends. */
export async function lockOperation(
  tx: AnyTx,
  id: string,
): Promise<{ row: OperationRow; entries: Entry[] } | undefined> {
  const lock = dialectOf(tx) === 'postgres' ? 'for update' : '';
  const [row] = await preparedRows<OperationRow>(
    tx,
    `select ${operationColumns} from operations where id = ? ${lock}`,
    [id],
  );
  if (row === undefined) return undefined;
  return { row, entries: (await readEntries(tx, [id])).get(id) ?? [] };
}

/** What people asked of an operation this holder still has; undefined if it has it no more. */
export async function readWishes(tx: AnyTx, grip: Grip): Promise<Wishes | undefined> {
  const text = 'select wants, forgiven from operations where id = ? and fence = ? and outcome is null';
  const [wishes] = await preparedRows<Wishes>(tx, text, [grip.id, grip.fence]);
  return wishes;
}
