import { setImmediate as othersTurn } from 'node:timers/promises';
import type { SqlValue } from '@operations-center/database';
import { deriveStatus, type KnownWorkflows, type Reading, readOperation } from '../derive/reading.ts';
import type { OperationStatus } from '../operation.ts';
import { type OperationRow, operationColumns } from '../operation-rows.ts';
import type { EngineDatabase } from './operations.store.ts';
import { withJournals } from './whole-operations.ts';

export type OperationFilter = {
  /** Only those that have not ended, or only those that have. */
  open?: boolean;
  status?: OperationStatus;
  workflow?: string;
  /** Only those that hold these claims, or held them. */
  claims?: readonly string[];
  /** Only those submitted then or later. */
  since?: number;
  /** At most so many. Default 1,000. */
  limit?: number;
  /** Only those that come after this place of the list. */
  after?: Place;
};

/** A place in the list, which is ordered from the newest to the oldest: new operations never move it. */
export type Place = { created_at: number; id: string };

/** `next`: where the list goes on; null at its end. A page may be shorter than asked and still not be the last. */
export type Page<Item> = { items: Item[]; next: Place | null };

/** Rows looked at for one page: the status of what is open is not in a column, but read from its journal. */
const looksPerPage = 5_000;
/** Read at once, with their journals; others have their turn between two. */
const chunk = 20;
/** Steps and records in one page, or it ends before its limit: a journal may be a thousand times as long as another. */
const weightPerPage = 20_000;

/** One page of operations with their journals. The work is bounded, whatever their number and their length. */
export async function readPage(
  database: EngineDatabase,
  known: KnownWorkflows,
  filter: OperationFilter,
): Promise<Page<Reading>> {
  const limit = Math.trunc(filter.limit ?? 1_000);
  const items: Reading[] = [];
  let place = filter.after ?? null;
  let weight = 0;
  for (let looks = 0; looks < looksPerPage; looks += chunk) {
    const size = isDerived(filter.status) ? chunk : Math.min(chunk, limit - items.length);
    const rows = await readRows(database, filter, place, size);
    for (const { row, entries } of await withJournals(database, rows)) {
      place = { created_at: row.created_at, id: row.id };
      const reading = readOperation(known, row, entries);
      weight += entries.length + (reading.graph?.byKey.size ?? 0);
      if (filter.status === undefined || deriveStatus(reading) === filter.status) items.push(reading);
      if (items.length === limit || weight >= weightPerPage) return { items, next: place };
    }
    if (rows.length < size) return { items, next: null };
    await othersTurn();
  }
  return { items, next: place };
}

type Derived = Exclude<OperationStatus, 'finished' | 'undone' | 'left'>;

const isDerived = (status: OperationStatus | undefined): status is Derived =>
  status !== undefined && !['finished', 'undone', 'left'].includes(status);

async function readRows(
  database: EngineDatabase,
  filter: OperationFilter,
  after: Place | null,
  limit: number,
): Promise<OperationRow[]> {
  const { text, values } = pageQuery(filter, after, limit);
  return database.rows<OperationRow>(text, values);
}

/** One SELECT that walks one index from the newest to the oldest. */
export function pageQuery(
  filter: OperationFilter,
  after: Place | null,
  limit: number,
): { text: string; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...more: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  const [claim, ...others] = filter.claims ?? [];
  // The subjects of one claim stand in the order of the list; without a claim the operations themselves do.
  const [at, id] = claim === undefined ? ['created_at', 'id'] : ['subject.created_at', 'subject.operation'];
  const from =
    claim === undefined
      ? 'operations'
      : 'operation_subjects as subject join operations on operations.id = subject.operation';
  if (claim !== undefined) add('subject.claim = ?', claim);
  for (const other of others)
    add(
      'exists (select 1 from operation_subjects as other where other.operation = operations.id and other.claim = ?)',
      other,
    );
  if (filter.workflow !== undefined) add('workflow = ?', filter.workflow);
  if (filter.since !== undefined) add(`${at} >= ?`, filter.since);
  if (after !== null) add(`(${at}, ${id}) < (?, ?)`, after.created_at, after.id);
  if (filter.open !== undefined) add(filter.open ? 'outcome is null' : 'outcome is not null');
  if (isDerived(filter.status)) add('outcome is null');
  else if (filter.status !== undefined) add('outcome = ?', filter.status);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const columns = operationColumns.replace('created_at', 'operations.created_at');
  return { text: `select ${columns} from ${from} ${where} order by ${at} desc, ${id} desc limit ${limit}`, values };
}
