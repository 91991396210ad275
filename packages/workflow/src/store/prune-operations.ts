import { preparedRun } from '@operations-center/database';
import { byFence, type EngineDatabase } from './operations.store.ts';

/** What is kept of operations that have ended: whichever is less. */
export type KeptOperations = { sinceMs: number; count: number };

/** In one write; others go between two. */
const batchSize = 200;

/**
 * Removes operations that ended before, or are more than are kept, with their journals. Never one that is open. How many
 * of them; fewer than it could if the signal aborts.
 */
export async function pruneOperations(
  database: EngineDatabase,
  { sinceMs, count }: KeptOperations,
  signal: AbortSignal,
): Promise<number> {
  const newest =
    'select created_at from operations where outcome is not null order by created_at desc limit 1 offset ?';
  const [first] = await database.rows<{ created_at: number }>(newest, [count]);
  const text = `delete from operations where id in (select id from operations
    where outcome is not null and (updated_at < ? or created_at <= ?) order by created_at limit ${batchSize})`;
  let removed = 0;
  for (;;) {
    const values = [sinceMs, first?.created_at ?? -1];
    const some = await database.write('prune operations', (tx) => preparedRun(tx, text, values), byFence);
    removed += some;
    if (some < batchSize || signal.aborted) return removed;
  }
}
