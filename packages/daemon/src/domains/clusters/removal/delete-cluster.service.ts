import { Fault } from '@operations-center/contract';
import { isOpen, type OperationView } from '@operations-center/workflow';
import { exitsOf } from '../../operations/operation.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import { requireIdle } from '../apply/require-idle.service.ts';
import { clusterUrl, type StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { deleteCluster, deleteMeshId, findCluster } from '../clusters.store.ts';
import { findCreationFault } from '../creation/creation-outcome.rules.ts';
import { releaseLvmIds } from '../lvm/lvm-ids.store.ts';

export type DeleteMode = 'normal' | 'force' | 'factory-reset';

export type ClusterDeletion = {
  /**
   * *normal*: a creation under way is taken back, and a cluster without servers goes. *force*: the cluster is forgotten,
   * its servers stay registered and are left as they are. `signal` ends only the waiting.
   */
  remove(name: string, mode: DeleteMode, signal: AbortSignal): Promise<void>;
  /** The same, but a creation is only told to go back: its operation, which goes on by itself. Undefined: it is all done. */
  begin(name: string, mode: DeleteMode, signal: AbortSignal): Promise<string | undefined>;
};

const prefix = 'Failed to delete cluster';

export function makeClusterDeletion(parts: ClusterParts & { operations: OperationService }): ClusterDeletion {
  const { database, clock, operations, servers, inventory } = parts;

  async function removeNormally(cluster: StoredCluster, signal: AbortSignal): Promise<void> {
    const turned = await turnIfOpen(cluster);
    if (turned !== undefined) return awaitUndone(turned, signal);
    return removeReady(cluster);
  }

  async function removeReady(cluster: StoredCluster): Promise<void> {
    const members = await servers.membersOf(cluster.name);
    // Left half-way: whether its servers are clustered nobody knows, and nothing is left that could take them back.
    const isLeft = cluster.status === 'pending';
    if (members.length > 0 || isLeft) {
      const details = { cluster: cluster.name, servers: members.map(({ name }) => name) };
      const told = `Delete for cluster in state ${JSON.stringify(cluster.status)}: Operation not permitted`;
      throw new Fault('cluster_delete_refused', `${prefix}: ${told}`, { details, ...(isLeft && { hint: leftHint }) });
    }
    await forget(cluster, false);
  }

  async function removeByForce(cluster: StoredCluster, signal: AbortSignal): Promise<void> {
    await requireIdle(operations, cluster.name);
    let open = await findOpen(cluster);
    // What runs can be left only when it has come to rest; until then taking it back is the way there.
    if (open !== undefined && !exitsOf(open).includes('leave')) {
      if (exitsOf(open).includes('cancel')) await turnBack('cancel', open.id);
      open = await operations.wait(open.id, signal);
    }
    if (open?.status === 'undone') return;
    if (open !== undefined && isOpen(open.status)) await operations.take('leave', open.id);
    await forget(cluster, true);
  }

  async function findOpen({ operation }: StoredCluster): Promise<OperationView | undefined> {
    const view = operation === null ? undefined : await operations.find(operation);
    return view !== undefined && isOpen(view.status) ? view : undefined;
  }

  /** The operation that is taken back now; undefined: none is open. */
  async function turnIfOpen(cluster: StoredCluster): Promise<string | undefined> {
    const open = await findOpen(cluster);
    if (open === undefined) return undefined;
    const exit = (['cancel', 'undo'] as const).find((way) => exitsOf(open).includes(way));
    if (exit !== undefined) await turnBack(exit, open.id);
    else if (open.status !== 'undoing') throw refuse(open);
    return open.id;
  }

  async function awaitUndone(id: string, signal: AbortSignal): Promise<void> {
    const view = await operations.wait(id, signal);
    if (view.status !== 'undone') throw refuse(view);
  }

  /** It may have turned back by itself since we looked, or have come to its end: that is seen by waiting for it. */
  async function turnBack(exit: 'cancel' | 'undo', id: string): Promise<void> {
    try {
      await operations.take(exit, id);
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'operation_exit_not_possible')) throw error;
    }
  }

  /** Rows first; the inventory has a file of its own and forgets after that. */
  async function forget(cluster: StoredCluster, carriesMesh: boolean): Promise<void> {
    await database.write('delete cluster', async (tx) => {
      // Deleted, or made anew under the same name, while we looked: that is another cluster.
      const there = await findCluster(tx, cluster.name);
      if (there?.id !== cluster.id) throw notFound(cluster.name);
      await servers.release(tx, cluster.name);
      await deleteCluster(tx, cluster.name);
      await releaseLvmIds(tx, cluster.id, clock.nowMs());
      if (!carriesMesh) await deleteMeshId(tx, cluster.id);
      const { name } = cluster;
      await parts.events.changed(tx, { action: 'cluster-deleted', source: clusterUrl(name), name });
    });
    await inventory.removeCluster(cluster.name);
    // Last: a scan that was under way may have raised one more.
    await parts.warnings.clear(undefined, { entity_type: 'cluster', entity: cluster.name });
  }

  async function load(name: string, mode: DeleteMode): Promise<StoredCluster> {
    if (mode === 'factory-reset') {
      throw new Fault('factory_reset_not_built', `${prefix}: factory reset of its servers is not built yet`, {
        details: { cluster: name },
      });
    }
    return (await findCluster(database.read, name)) ?? raise(notFound(name));
  }

  return {
    async begin(name, mode, signal) {
      const cluster = await load(name, mode);
      // Forgetting comes after the operation has come to rest, and nobody but this request would do it.
      if (mode === 'force') {
        await removeByForce(cluster, signal);
        return undefined;
      }
      const turned = await turnIfOpen(cluster);
      if (turned === undefined) await removeReady(cluster);
      return turned;
    },
    async remove(name, mode, signal) {
      const cluster = await load(name, mode);
      await (mode === 'force' ? removeByForce(cluster, signal) : removeNormally(cluster, signal));
    },
  };
}

const leftHint =
  'Its creation was left half-way, and its servers may be clustered. Remove it by force (mode=force; --force), which leaves the servers as they are.';

function raise(fault: Fault): never {
  throw fault;
}

const notFound = (name: string): Fault =>
  new Fault('cluster_not_found', `${prefix}: Not found`, { details: { cluster: name } });

function refuse(view: OperationView): Fault {
  const exits = exitsOf(view);
  const why = findCreationFault(view)?.message ?? 'its creation has finished meanwhile';
  return new Fault('cluster_delete_refused', `${prefix}: ${why}`, {
    details: { operation: view.id, status: view.status, exits },
    hint: `Ways out of the operation: ${exits.join(', ') || 'none'}. Or remove the cluster by force, which leaves the servers as they are.`,
  });
}
