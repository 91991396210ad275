import { type AnyTx, dialectOf, preparedRows } from '@operations-center/database';
import type { Entry } from '../journal.ts';
import { type OperationRow, operationColumns, type StepRow, stepColumns } from '../operation-rows.ts';
import { groupEntries, readEntries, toEntry } from './journal.store.ts';
import { type EngineDatabase, listOf } from './operations.store.ts';

/** An operation with its journal, both as of one moment. */
export type WholeOperation = { row: OperationRow; entries: Entry[] };

/** So often it may be written between two reads before the last one is taken as it is. */
const rereads = 5;

export async function findOperation(database: EngineDatabase, id: string): Promise<WholeOperation | undefined> {
  const [whole] = await withJournals(database, await readRowsById(database, [id]));
  return whole;
}

/**
 * Rows with their journals. The two are read one after the other, and a runner may write in between: rows that say
 * something else afterwards are read again, for a status is made of both.
 */
export async function withJournals(
  database: EngineDatabase,
  found: readonly OperationRow[],
): Promise<WholeOperation[]> {
  const rows = new Map(found.map((row) => [row.id, row]));
  const journals = await readJournals(database, [...rows.keys()]);
  // What has ended is not written any more.
  let moving = found.filter(({ outcome }) => outcome === null);
  for (let reads = 0; moving.length > 0 && reads < rereads; reads += 1) {
    const now = await readRowsById(
      database,
      moving.map(({ id }) => id),
    );
    moving = now.filter((row) => saysOf(row) !== saysOf(rows.get(row.id)));
    const fresh = await readJournals(
      database,
      moving.map(({ id }) => id),
    );
    for (const row of moving) {
      rows.set(row.id, row);
      journals.set(row.id, fresh.get(row.id) ?? []);
    }
  }
  return [...rows.values()].map((row) => ({ row, entries: journals.get(row.id) ?? [] }));
}

/** What of a row decides the status, beside the journal. */
const saysOf = (row: OperationRow | undefined): string =>
  JSON.stringify([row?.wants, row?.forgiven, row?.paused, row?.outcome, row?.todo, row?.holder]);

const readRowsById = (database: EngineDatabase, ids: readonly string[]): Promise<OperationRow[]> =>
  database.rows<OperationRow>(
    `select ${operationColumns} from operations where id in (select value from ${listOf(database.dialect)})`,
    [JSON.stringify(ids)],
  );

async function readJournals(database: EngineDatabase, ids: readonly string[]): Promise<Map<string, Entry[]>> {
  if (ids.length === 0) return new Map();
  const text = `select ${stepColumns} from operation_steps where operation in (select value from ${listOf(database.dialect)}) order by operation, seq`;
  return groupEntries(await database.rows<StepRow>(text, [JSON.stringify(ids)]));
}

/** The journal of one operation after an entry, at most so much of it. */
export async function readJournal(
  database: EngineDatabase,
  id: string,
  after: number,
  limit: number,
): Promise<Entry[]> {
  const text = `select ${stepColumns} from operation_steps where operation = ? and seq > ? order by seq limit ${Math.trunc(limit)}`;
  return (await database.rows<StepRow>(text, [id, after])).map(toEntry);
}

/** An operation with its journal, locked against everybody else until the write ends. */
export async function lockOperation(tx: AnyTx, id: string): Promise<WholeOperation | undefined> {
  const lock = dialectOf(tx) === 'postgres' ? 'for update' : '';
  const [row] = await preparedRows<OperationRow>(
    tx,
    `select ${operationColumns} from operations where id = ? ${lock}`,
    [id],
  );
  if (row === undefined) return undefined;
  return { row, entries: (await readEntries(tx, [id])).get(id) ?? [] };
}
