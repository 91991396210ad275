import type { Clock } from '../../platform/clock.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
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

/** Warnings follow a cluster to its new name, and go with it. */
export type ClusterWarnings = {
  clear(tx: Tx | undefined, subject: { entity_type: string; entity: string }): Promise<void>;
  rename(tx: Tx, entity_type: string, from: string, to: string): Promise<void>;
};

/** What every service of this domain works with. */
export type ClusterParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  servers: ServerMembership;
  inventory: ClusterInventory;
  warnings: ClusterWarnings;
  events: EventLog;
};
