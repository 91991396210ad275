import type { FleetConnections } from '../../fleet/connection.ts';
import type { FleetEvents } from '../../fleet/event-stream.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Caller, Handler } from '../../platform/http/answer.ts';
import type { Log } from '../../platform/log.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import type { KeptHistory } from './history/history.service.ts';
import { inventoryHandlers } from './inventory.routes.ts';
import { type InventoryService, makeInventoryService } from './inventory.service.ts';
import type { ScanTarget } from './scan/scan-cluster.service.ts';
import type { VaultKeys } from './secrets/vault.ts';
import { type InventoryPlace, openInventory } from './threads/inventory-place.store.ts';
import { makeInventoryThread } from './threads/inventory-thread.store.ts';

export type InventoryDomain = {
  service: InventoryService;
  handlers: readonly Handler[];
  start(): void;
  stop(): Promise<void>;
};

/** Opens the inventory's own database and starts nothing else: threads come with the first work. */
export async function assembleInventory(parts: {
  place: InventoryPlace;
  keys: VaultKeys;
  maySeeSecrets(caller: Caller): boolean;
  fleet: Pick<FleetConnections, 'call'>;
  events: FleetEvents;
  clustersToScan: () => Promise<readonly ScanTarget[]>;
  clusterNames: () => Promise<readonly string[]>;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  keptHistory?(): KeptHistory;
  isMine?(cluster: string): boolean;
  onServer?(name: string): void;
  clock: Clock;
  log: Log;
}): Promise<InventoryDomain> {
  const { place, keys, maySeeSecrets, clock, log, ...ports } = parts;
  const database = await openInventory(place, keys, log);
  // Threads of their own: neither a long list for a client nor what an event tells may wait behind a long scan.
  const makeThread = () => makeInventoryThread({ place, keys });
  const [work, looks, pages] = [makeThread(), makeThread(), makeThread()];
  const service = makeInventoryService({ database, work, looks, pages, clock, log, ...ports });
  return {
    service,
    handlers: inventoryHandlers(service, maySeeSecrets),
    start: () => service.start(),
    async stop() {
      await service.stop();
      await Promise.all([work.close(), looks.close(), pages.close()]);
      await database.close();
    },
  };
}
