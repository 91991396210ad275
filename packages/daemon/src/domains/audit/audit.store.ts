import { type AnyTx, type DialectName, preparedRows, preparedRun, type SqlValue } from '@operations-center/database';
import type { MainDatabase } from '../../schema.ts';
import { type Chain, type ChainValue, entryOf, type LogHead, writingXact } from '../events/numbering.ts';
import { anchorAction } from './anchor.ts';
import { type AuditedChange, type ChainLink, chainedColumns, type NewAuditRow } from './audit-row.ts';

export function insertAudit(tx: AnyTx, row: NewAuditRow): Promise<number> {
  const holes = chainedColumns.map(() => '?').join(', ');
  const text = `insert into audit (xact, ${chainedColumns.join(', ')}) values (${writingXact(tx)}, ${holes})`;
  return preparedRun(
    tx,
    text,
    chainedColumns.map((column) => row[column]),
  );
}

/** Requests of this daemon since it started the time before that have no outcome: it ended while they ran. */
export const findUnfinished = (database: MainDatabase, location: string): Promise<{ request_id: string }[]> =>
  database.rows(
    `select request_id from audit asked where kind = 'request' and location = ?
     and id > (select coalesce(max(id), 0) from audit where what = 'daemon-started' and location = ?)
     and not exists (select 1 from audit ended where ended.kind = 'outcome' and ended.request_id = asked.request_id)`,
    [location, location],
  );

export async function hasOutcome(tx: AnyTx, request_id: string): Promise<boolean> {
  const text = `select 1 as one from audit where kind = 'outcome' and request_id = ?`;
  return (await preparedRows(tx, text, [request_id])).length > 0;
}

/** By its stamp, too: there is no index on the ids of requests. */
export async function hasRequest(
  tx: AnyTx,
  { request_id, at }: Pick<NewAuditRow, 'request_id' | 'at'>,
): Promise<boolean> {
  const text = `select 1 as one from audit where at = ? and kind = 'request' and request_id = ?`;
  return (await preparedRows(tx, text, [at, request_id])).length > 0;
}

export type AuditFilter = {
  since?: number;
  until?: number;
  who?: string;
  what?: string;
  object?: string;
  /** Older than this entry. */
  before?: number;
  limit: number;
};

/** From the older to the newer, which itself is not among them. */
export type Numbers = { from: number; to: number };

/** Stamps of daemons whose clocks differ stand in another order than their numbers: so far they are put right. */
const outOfOrder = 1_000;

/** Among which numbers the entries of a time can be; undefined: there are none. */
export async function findNumbers(
  database: MainDatabase,
  { since, until, before }: AuditFilter,
): Promise<Numbers | undefined> {
  const near = async (which: 'min' | 'max', condition: string, order: string, at: number) => {
    const text = `select ${which}(number) as number from (
      select number from audit where at ${condition} ? and number is not null order by at ${order} limit ${outOfOrder}) as near`;
    const [row] = await database.rows<{ number: number | null }>(text, [at]);
    return row?.number ?? undefined;
  };
  const from = since === undefined ? 1 : await near('min', '>=', 'asc', since);
  const newest = until === undefined ? Number.MAX_SAFE_INTEGER - 1 : await near('max', '<=', 'desc', until);
  if (from === undefined || newest === undefined) return undefined;
  const to = Math.min(newest + 1, before ?? Number.MAX_SAFE_INTEGER);
  return from < to ? { from, to } : undefined;
}

type Stamp = { number: number; at: number };

/** The last of so many entries that are looked at, from the newest on; undefined: there are not so many. */
export async function findWindow(
  database: MainDatabase,
  what: string | undefined,
  numbers: Numbers,
  size: number,
): Promise<Stamp | undefined> {
  if (what !== undefined) return findNamedWindow(database, what, numbers, size);
  // Numbers have no holes but those that somebody made, so they count the entries, whatever a planner thinks of them.
  const [ends] = await database.rows<{ first: number | null; last: number | null }>(
    'select (select min(number) from audit) as first, (select max(number) from audit) as last',
  );
  const { first, last } = ends ?? { first: null, last: null };
  if (first === null || last === null) return undefined;
  const end = Math.min(numbers.to, last + 1) - size;
  if (end <= Math.max(numbers.from, first)) return undefined;
  const [stamp] = await database.rows<{ at: number }>(
    'select at from audit where number <= ? order by number desc limit 1',
    [end],
  );
  return { number: end, at: stamp?.at ?? 0 };
}

async function findNamedWindow(
  database: MainDatabase,
  what: string,
  { from, to }: Numbers,
  size: number,
): Promise<Stamp | undefined> {
  const text = `select number, at from audit where what = ? and number >= ? and number < ? order by what desc, number desc limit 1 offset ${size - 1}`;
  const [row] = await database.rows<Stamp>(text, [what, from, to]);
  return row;
}

/** PostgreSQL would else read all outcomes there are, to find those of one window. */
const outcomesBeside: Record<DialectName, string> = {
  sqlite: `left join audit ended
    on ended.kind = 'outcome' and asked.kind = 'request' and ended.request_id = asked.request_id`,
  postgres: `left join lateral (select * from audit outcome
    where outcome.kind = 'outcome' and outcome.request_id = asked.request_id limit 1) as ended on asked.kind = 'request'`,
};

/** Those that match among these numbers, newest first. */
export function listAudit(
  database: MainDatabase,
  filter: AuditFilter,
  { from, to }: Numbers,
): Promise<AuditedChange[]> {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...given: (SqlValue | undefined)[]): void => {
    const known = given.filter((value) => value !== undefined);
    if (known.length === 0) return;
    conditions.push(`and ${condition}`);
    values.push(...known);
  };
  const { since, until, who, what, object } = filter;
  const find = database.dialect === 'postgres' ? 'strpos' : 'instr';
  add('asked.what = ?', what);
  // The sum keeps the database from the index on it: the numbers bound what is looked at.
  add('asked.at + 0 >= ?', since);
  add('asked.at + 0 <= ?', until);
  // How they are known, or the beginning of their fingerprint.
  add('(asked.protocol = ? or substr(asked.username, 1, length(?)) = ?)', who, who, who);
  // What was made is known by its outcome.
  add(`(${find}(asked.object, ?) > 0 or ${find}(coalesce(ended.object, ''), ?) > 0)`, object, object);
  return database.rows<AuditedChange>(
    `select asked.number, asked.at, asked.location, asked.kind, asked.request_id, asked.protocol, asked.username,
       asked.address, asked.what, asked.object, asked.operation, asked.plan, asked.digest, asked.detail,
       ended.at as ended_at, ended.status, ended.code, ended.object as result, ended.operation as result_operation
     from audit asked ${outcomesBeside[database.dialect]}
     where asked.number >= ? and asked.number < ? and asked.kind <> 'outcome' ${conditions.join(' ')}
     order by asked.number desc limit ?`,
    [from, to, ...values, filter.limit],
  );
}

/** Entries as the chain links them, from behind `after` on. */
export async function readLinks(
  database: MainDatabase,
  chain: Chain,
  after: number,
  limit: number,
): Promise<ChainLink[]> {
  const rows = await database.rows<Record<string, ChainValue> & { number: number; hash: string | null }>(
    `select number, hash, ${chain.columns.join(', ')} from audit where number > ? order by number limit ?`,
    [after, limit],
  );
  return rows.map((row) => ({ number: row.number, hash: row.hash ?? '', entry: entryOf(row.number, row, chain) }));
}

export async function readAuditHead(database: MainDatabase): Promise<LogHead> {
  const [head] = await database.rows<LogHead>("select number, hash, pruned from log_heads where log = 'audit'");
  return head ?? { number: 0, hash: '', pruned: 0 };
}

/** Of the entry with this number; undefined: there is none. */
export async function findHash(database: MainDatabase, number: number): Promise<string | undefined> {
  const [entry] = await database.rows<{ hash: string | null }>('select hash from audit where number = ?', [number]);
  return entry?.hash ?? undefined;
}

/** More than these are not looked through: newer ones that are none of ours were put there by somebody. */
const anchorsSeen = 100;

/** Entries that say where the audit was cut, newest first. */
export const findAnchorEntries = (database: MainDatabase): Promise<{ number: number; at: number; detail: string }[]> =>
  database.rows(
    `select number, at, detail from audit where what = ? and number is not null and kind = 'event'
     order by number desc limit ${anchorsSeen}`,
    [anchorAction],
  );

/** Whether it has its number yet or not. */
export async function findNewestAnchorDetail(tx: AnyTx): Promise<string | undefined> {
  const text = `select detail from audit where what = ? and kind = 'event' order by id desc limit 1`;
  const [row] = await preparedRows<{ detail: string }>(tx, text, [anchorAction]);
  return row?.detail;
}

export type OldEntry = { number: number; at: number; hash: string };

/** The oldest that have a number, behind `after`. */
export const readOldest = (database: MainDatabase, after: number, limit: number): Promise<OldEntry[]> =>
  database.rows<OldEntry>('select number, at, hash from audit where number > ? order by number limit ?', [
    after,
    limit,
  ]);

/** How many were removed. */
export const removeOldest = (tx: AnyTx, upTo: number, limit: number): Promise<number> =>
  preparedRun(
    tx,
    'delete from audit where number in (select number from audit where number <= ? order by number limit ?)',
    [upTo, limit],
  );
