import { type AnyTx, dialectOf, nowMsText, preparedRows, preparedRun } from '@operations-center/database';
import { LeaseLost } from '../faults.ts';
import type { Entry, EntryDetail } from '../journal.ts';
import type { StepEvent } from '../operation.ts';
import { parseOwn, type StepRow, stepColumns } from '../operation-rows.ts';
import { type Grip, listOf, type Wishes } from './operations.store.ts';

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
