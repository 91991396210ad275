import { pruneOperations } from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Loop } from '../../platform/loops.ts';
import type { MainDatabase } from '../../schema.ts';

export type PruneOperationsParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  kept(): { days: number; count: number };
};

const dayMs = 86_400_000;

/** What has ended is history: it is kept as long as the settings say. What is open is never touched. */
export const pruneOperationsLoop = ({ database, clock, log, kept }: PruneOperationsParts): Loop => ({
  name: 'prune operations',
  everyMs: 3_600_000,
  async look(signal) {
    const { days, count } = kept();
    const removed = await pruneOperations(database, { sinceMs: clock.nowMs() - days * dayMs, count }, signal);
    if (removed > 0) log.info({ removed }, 'operations that ended long ago were removed');
  },
});
