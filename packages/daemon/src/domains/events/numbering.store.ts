import { type AnyTx, type DialectName, dialectOf, preparedRows, preparedRun } from '@operations-center/database';
import type { MainDatabase } from '../../schema.ts';
import { type Chain, type ChainValue, entryOf, type LogHead, type NumberedLog } from './numbering.ts';

/** Numbered in one transaction at most; more wait for the next. */
const batchSize = 500;

/** What of a write in progress may be read: nothing newer than this can still come before it. */
const oldestRunning = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

export type Numbered = { head: LogHead | undefined; pending: boolean };

/**
 * Gives the next numbers to entries that are committed, in the order of their commits as far as anybody can have seen it.
 *
 * On PostgreSQL transactions commit out of order, so an entry waits until no older transaction runs: then nothing can
 * come before it any more. Nor does it pass an entry that was written before it and waits still. Which daemon numbers is
 * decided by the lock on the head, which ends with its holder; `head` is undefined if another one has it.
 */
export async function numberEntries(tx: AnyTx, log: NumberedLog): Promise<Numbered> {
  const dialect = dialectOf(tx);
  const lock = dialect === 'postgres' ? 'for update skip locked' : '';
  const [head] = await preparedRows<LogHead>(tx, `select number, hash, pruned from log_heads where log = ? ${lock}`, [
    log.name,
  ]);
  if (head === undefined) return { head: undefined, pending: true };
  const rows = await preparedRows<Record<string, ChainValue>>(tx, entriesToNumber(log, dialect));
  if (rows.length === 0) return { head, pending: await isPending(tx, log) };
  const links = linkEntries(head, rows, log.chain);
  await preparedRun(tx, saveLinks(log, dialect), [JSON.stringify(links)]);
  const last = links.at(-1);
  const next = { ...head, number: head.number + rows.length, hash: last?.hash ?? '' };
  await preparedRun(tx, 'update log_heads set number = ?, hash = ? where log = ?', [next.number, next.hash, log.name]);
  return { head: next, pending: await isPending(tx, log) };
}

function entriesToNumber({ name, chain }: NumberedLog, dialect: DialectName): string {
  const columns = ['id', ...(chain?.columns ?? [])].join(', ');
  const committed =
    dialect === 'postgres'
      ? `and xact < ${oldestRunning} and id < (select coalesce(min(id), 9223372036854775807) from ${name}
           where number is null and xact >= ${oldestRunning})`
      : '';
  return `select ${columns} from ${name} where number is null ${committed} order by id limit ${batchSize}`;
}

type Link = { id: ChainValue; number: number; hash: string };

function linkEntries(head: LogHead, rows: readonly Record<string, ChainValue>[], chain: Chain | undefined): Link[] {
  let { number, hash } = head;
  return rows.map((row) => {
    number += 1;
    if (chain !== undefined) hash = chain.hash(hash, entryOf(number, row, chain));
    return { id: row['id'] ?? null, number, hash };
  });
}

function saveLinks({ name, chain }: NumberedLog, dialect: DialectName): string {
  const from =
    dialect === 'postgres'
      ? 'json_to_recordset(?::json) as link (id bigint, number bigint, hash text)'
      : `(select value ->> 'id' as id, value ->> 'number' as number, value ->> 'hash' as hash from json_each(?)) as link`;
  const hash = chain === undefined ? '' : ', hash = link.hash';
  return `update ${name} set number = link.number${hash} from ${from} where ${name}.id = link.id`;
}

async function isPending(tx: AnyTx, { name }: NumberedLog): Promise<boolean> {
  return (await preparedRows(tx, `select 1 as one from ${name} where number is null limit 1`)).length > 0;
}

/** How far the logs are numbered, whoever did it. */
export const readHeads = (database: MainDatabase): Promise<(LogHead & { log: string })[]> =>
  database.rows('select log, number, hash, pruned from log_heads');
