import { Fault, prefixFault } from '@operations-center/contract';
import type { Filter } from '@operations-center/filter';
import { isWanted } from '../../platform/list-filter.ts';
import { requireChannel } from '../channels/channels.service.ts';
import type { OperationService } from '../operations/operations.service.ts';
import { endpointOf } from '../servers/server.ts';
import { requireIdle } from './apply/require-idle.service.ts';
import { checkClusterName, checkClusterWish, clusterExists, clusterNotFound } from './cluster.rules.ts';
import { type ClusterWish, clusterJson, clusterUrl, type StoredCluster } from './cluster.ts';
import type { ClusterParts, InventoryTarget } from './cluster-parts.ts';
import { findCluster, hasCluster, listClusters, renameClusterRow, updateCluster } from './clusters.store.ts';
import { goQuote } from './connection-url.rules.ts';

/** `check` sees the cluster as it is, in the same transaction, and may refuse. */
type Check = (current: StoredCluster) => void;

export type ClusterService = {
  list(wanted?: Filter): Promise<StoredCluster[]>;
  load(name: string): Promise<StoredCluster>;
  update(name: string, wish: ClusterWish, check: Check): Promise<void>;
  rename(from: string, to: string, check: Check): Promise<void>;
  /** Reads the inventory of a cluster now. */
  resyncInventory(name: string, signal: AbortSignal): Promise<void>;
  /** The clusters whose inventory can be read. */
  listInventoryTargets(): Promise<InventoryTarget[]>;
};

export function makeClusterService(parts: ClusterParts & { operations: OperationService }): ClusterService {
  const { database, clock, events, servers, inventory } = parts;

  async function targetOf(cluster: string): Promise<InventoryTarget> {
    const members = await servers.membersOf(cluster);
    return { cluster, endpoints: members.map(endpointOf), serverNames: members.map(({ name }) => name) };
  }

  return {
    list: async (wanted) => {
      const found = await listClusters(database.read);
      if (wanted === undefined) return found;
      return found.filter((cluster) => isWanted(wanted, JSON.parse(clusterJson(cluster)), clock.nowMs()));
    },
    async load(name) {
      return (await findCluster(database.read, name)) ?? raiseNotFound(name);
    },
    update: (name, wish, check) =>
      withPrefix(`Failed updating cluster ${goQuote(name)}`, async () => {
        await database.write('update cluster', async (tx) => {
          const current = (await findCluster(tx, name)) ?? raiseNotFound(name);
          check(current);
          checkClusterWish(wish);
          requireReady(current);
          await requireChannel(tx, wish.channel);
          await updateCluster(tx, name, wish, clock.nowMs());
          await events.changed(tx, { action: 'cluster-updated', source: clusterUrl(name), name });
          // Their own update settings follow once updates are built; our channel is empty until then.
          if (wish.channel !== current.channel) await servers.setChannel(tx, name, wish.channel);
        });
      }),
    rename: (from, to, check) =>
      withPrefix(`Failed renaming cluster ${goQuote(from)}`, async () => {
        if (to === '')
          throw new Fault('name_invalid', 'New Cluster name cannot by empty', { details: { field: 'name' } });
        checkClusterName(to);
        await requireIdle(parts.operations, from);
        await database.write('rename cluster', async (tx) => {
          const current = (await findCluster(tx, from)) ?? raiseNotFound(from);
          check(current);
          if (from === to) return;
          requireReady(current);
          if (await hasCluster(tx, to)) throw clusterExists(to);
          await renameClusterRow(tx, from, to, clock.nowMs());
          const context = { old_name: from };
          await events.changed(tx, { action: 'cluster-renamed', source: clusterUrl(to), name: to, context });
          await servers.renameCluster(tx, from, to);
          await parts.warnings.rename(tx, 'cluster', from, to);
        });
        if (from !== to) await inventory.renameCluster(from, to);
      }),
    async resyncInventory(name, signal) {
      const cluster = (await findCluster(database.read, name)) ?? raiseNotFound(name);
      const prefix = `Failed to resync the inventory of cluster ${goQuote(name)}`;
      await withPrefix(prefix, async () => requireReady(cluster));
      const { problems } = await inventory.scan(await targetOf(name), signal);
      if (problems.length === 0) return;
      throw new Fault('cluster_inventory_failed', `${prefix}: ${problems[0]}`, {
        details: { cluster: name, problems },
      });
    },
    async listInventoryTargets() {
      const ready = (await listClusters(database.read)).filter(({ status }) => status === 'ready');
      const targets = await Promise.all(ready.map(({ name }) => targetOf(name)));
      return targets.filter(({ endpoints }) => endpoints.length > 0);
    },
  };
}

function raiseNotFound(name: string): never {
  throw clusterNotFound(name);
}

function requireReady({ name, status, operation }: StoredCluster): void {
  if (status === 'ready') return;
  const told = `Cluster ${goQuote(name)} is still being made: Operation not permitted`;
  throw new Fault('cluster_not_ready', told, { details: { cluster: name, operation } });
}

/** Says what failed, as OC does, but not before "there is no such cluster". */
async function withPrefix<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isPlain = !(error instanceof Fault) || error.code === 'cluster_not_found' || error.code === 'etag_mismatch';
    throw isPlain ? error : prefixFault(prefix, error);
  }
}
