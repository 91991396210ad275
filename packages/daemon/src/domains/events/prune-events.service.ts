import type { Clock } from '../../platform/clock.ts';
import { pauseMs } from '../../platform/clock.ts';
import type { MainDatabase } from '../../schema.ts';
import { findNewestBefore, pruneEvents } from './events.store.ts';
import type { Numbering } from './numbering.service.ts';

export type PruneParts = { database: MainDatabase; clock: Clock; numbering: Pick<Numbering, 'head'>; keep?: Kept };

/** Whichever is less. */
export type Kept = { ms: number; count: number };

export const keptEvents: Kept = { ms: 7 * 86_400_000, count: 200_000 };

/** In one write; others go between two. */
const batchSize = 1_000;

/** Removes events that are older than is kept, or more than are kept. */
export async function pruneOld(parts: PruneParts, signal: AbortSignal): Promise<void> {
  const { database, clock, numbering, keep = keptEvents } = parts;
  const byAge = await findNewestBefore(database, clock.nowMs() - keep.ms);
  const upTo = Math.max(byAge, numbering.head('events').number - keep.count);
  if (upTo <= 0) return;
  for (;;) {
    const removed = await database.write('prune events', (tx) => pruneEvents(tx, upTo, batchSize));
    if (removed < batchSize) return;
    await pauseMs(20, signal);
  }
}
