import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Sealer } from '../../platform/sealing.ts';
import type { MainDatabase } from '../../schema.ts';
import type { ServerMembership } from '../servers/membership.ts';
import type { ServerEndpoint } from '../servers/server.ts';

/** How the inventory of a cluster is read: through its members, the best one first. */
export type InventoryTarget = {
  cluster: string;
  endpoints: readonly ServerEndpoint[];
  serverNames: readonly string[];
};

/** What clusters need of the inventory. It lives in a file of its own, so none of it is part of a write. */
export type ClusterInventory = {
  /** What could not be read is told, the rest is taken. */
  scan(target: InventoryTarget, signal: AbortSignal): Promise<{ problems: readonly string[] }>;
  removeCluster(cluster: string): Promise<void>;
  renameCluster(from: string, to: string): Promise<void>;
};

/** What every service of this domain works with. */
export type ClusterParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  servers: ServerMembership;
  inventory: ClusterInventory;
};
