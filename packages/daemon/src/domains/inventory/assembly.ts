import { openSqlite } from '@operations-center/database';
import type { FleetConnections } from '../../fleet/connection.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { Log } from '../../platform/log.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { inventoryHandlers } from './inventory.routes.ts';
import { type InventoryService, makeInventoryService } from './inventory.service.ts';
import { type InventoryTables, inventoryMigrations } from './inventory.tables.ts';
import { makeInventoryThread } from './inventory-thread.store.ts';
import type { ScanTarget } from './scan-cluster.service.ts';

export type InventoryDomain = {
  service: InventoryService;
  handlers: readonly Handler[];
  start(): void;
  stop(): Promise<void>;
};

/** Opens the inventory's own file and starts nothing else: threads come with the first work. */
export async function assembleInventory(parts: {
  path: string;
  fleet: Pick<FleetConnections, 'call'>;
  clustersToScan: () => Promise<readonly ScanTarget[]>;
  clusterNames: () => Promise<readonly string[]>;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  clock: Clock;
  log: Log;
}): Promise<InventoryDomain> {
  const { path, clock, log, ...ports } = parts;
  const database = await openSqlite<InventoryTables>({
    path,
    migrations: inventoryMigrations,
    log,
    // Derived data: after a migration that goes wrong the file is deleted, and a scan fills it again.
    backupBeforeMigration: false,
  });
  // Reads have a thread of their own: a long list must not wait behind a long scan.
  const [work, pages] = [makeInventoryThread(path), makeInventoryThread(path)];
  const service = makeInventoryService({ database, work, pages, clock, log, ...ports });
  return {
    service,
    handlers: inventoryHandlers(service),
    start: () => service.start(),
    async stop() {
      await service.stop();
      await Promise.all([work.close(), pages.close()]);
      await database.close();
    },
  };
}
