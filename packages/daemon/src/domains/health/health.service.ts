import { Fault, type Health } from '@operations-center/contract';
import type { Clock } from '../../platform/clock.ts';
import type { MainDatabase } from '../../schema.ts';
import type { OperationService } from '../operations/operations.service.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { countClusters, countServers } from './health.store.ts';

export type HealthService = { look(): Promise<Health> };
export type HealthParts = {
  database: MainDatabase;
  clock: Clock;
  operations: Pick<OperationService, 'count'>;
  warnings: Pick<WarningService, 'countNew'>;
  /** After a restore, until a person says go. */
  isHeld(): boolean;
  /** How long the database may take. Default 5,000. */
  patienceMs?: number;
};

const dayMs = 86_400_000;

export function makeHealthService({
  database,
  clock,
  operations,
  warnings,
  isHeld,
  patienceMs = 5_000,
}: HealthParts): HealthService {
  /** Reads and one write: a full disk or a lock held by somebody else shows only there. */
  async function look(): Promise<Health> {
    await database.write('health', async (tx) => void (await countClusters(tx)));
    const since = clock.nowMs() - dayMs;
    const [counts, by_status, clusters, newWarnings] = await Promise.all([
      operations.count(since),
      countServers(database.read),
      countClusters(database.read),
      warnings.countNew(),
    ]);
    const { failed: failed_last_day, ...open } = counts;
    const held = isHeld();
    return {
      status: held || open.paused + open.needs_attention > 0 ? 'attention' : 'ok',
      held,
      database: 'ok',
      operations: { ...open, failed_last_day },
      servers: { all: Object.values(by_status).reduce((sum, count) => sum + count, 0), by_status },
      clusters,
      warnings: newWarnings,
    };
  }
  return { look: () => within(look(), patienceMs) };
}

async function within(work: Promise<Health>, patienceMs: number): Promise<Health> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('too late')), patienceMs);
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw new Fault('database_unavailable', 'The database does not answer', { cause });
  } finally {
    clearTimeout(timer);
  }
}
