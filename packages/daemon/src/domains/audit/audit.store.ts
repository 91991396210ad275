import { type AnyTx, preparedRun, type SqlValue } from '@operations-center/database';
import type { MainDatabase } from '../../schema.ts';
import { type Chain, type ChainValue, entryOf, type LogHead, writingXact } from '../events/numbering.ts';
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

/** Newest first. */
export function listAudit(database: MainDatabase, filter: AuditFilter): Promise<AuditedChange[]> {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...given: (SqlValue | undefined)[]): void => {
    const known = given.filter((value) => value !== undefined);
    if (known.length === 0) return;
    conditions.push(`and ${condition}`);
    values.push(...known);
  };
  const { since, until, who, what, object, before } = filter;
  const find = database.dialect === 'postgres' ? 'strpos' : 'instr';
  add('asked.at >= ?', since);
  add('asked.at <= ?', until);
  // How they are known, or the beginning of their fingerprint.
  add('(asked.protocol = ? or substr(asked.username, 1, length(?)) = ?)', who, who, who);
  add('asked.what = ?', what);
  // What was made is known by its outcome.
  add(`(${find}(asked.object, ?) > 0 or ${find}(coalesce(ended.object, ''), ?) > 0)`, object, object);
  add('asked.number < ?', before);
  return database.rows<AuditedChange>(
    `select asked.number, asked.at, asked.location, asked.kind, asked.request_id, asked.protocol, asked.username,
       asked.address, asked.what, asked.object, asked.operation, asked.plan, asked.digest, asked.detail,
       ended.at as ended_at, ended.status, ended.code, ended.object as result, ended.operation as result_operation
     from audit asked left join audit ended
       on ended.kind = 'outcome' and asked.kind = 'request' and ended.request_id = asked.request_id
     where asked.kind <> 'outcome' and asked.number is not null ${conditions.join(' ')}
     order by asked.number desc limit ?`,
    [...values, filter.limit],
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
