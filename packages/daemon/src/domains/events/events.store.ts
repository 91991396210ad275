import { type AnyTx, preparedRun } from '@operations-center/database';
import type { MainDatabase } from '../../schema.ts';
import type { NewEvent, StoredEvent } from './event.ts';
import { writingXact } from './numbering.ts';

export const insertEvent = (tx: AnyTx, event: NewEvent, location: string): Promise<number> =>
  preparedRun(tx, `insert into events (xact, at, type, location, metadata) values (${writingXact(tx)}, ?, ?, ?, ?)`, [
    Math.trunc(event.at),
    event.type,
    location,
    JSON.stringify(event.metadata),
  ]);

/** The events behind `after`, in their order. */
export const readEvents = (database: MainDatabase, after: number, limit: number): Promise<StoredEvent[]> =>
  database.rows<StoredEvent>(
    'select number, type, at, location, metadata from events where number > ? order by number limit ?',
    [after, limit],
  );

/** Removes the oldest events up to `number`, at most `limit` of them; how many. */
export async function pruneEvents(tx: AnyTx, number: number, limit: number): Promise<number> {
  const text = `delete from events where number in (select number from events where number <= ? order by number limit ?)`;
  const removed = await preparedRun(tx, text, [number, limit]);
  const pruned = 'coalesce((select min(events.number) - 1 from events where events.number is not null), number)';
  await preparedRun(tx, `update log_heads set pruned = ${pruned} where log = 'events'`);
  return removed;
}

/** The newest event that is as old as this, or older; 0: there is none. */
export async function findNewestBefore(database: MainDatabase, epochMs: number): Promise<number> {
  const [row] = await database.rows<{ number: number }>(
    'select coalesce(max(number), 0) as number from events where at <= ? and number is not null',
    [epochMs],
  );
  return row?.number ?? 0;
}
