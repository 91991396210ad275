import { Fault } from '@operations-center/contract';
import type { Db } from '../../../schema.ts';
import { clusterNotFound } from '../cluster.rules.ts';
import type { StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { findCluster } from '../clusters.store.ts';
import { goQuote } from '../connection-url.rules.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { findApplied, findInputs } from './apply.store.ts';
import type { LastApplied } from './apply.ts';
import { appliedByCreation } from './last-applied.plan.ts';

/** A cluster that lives: not one that is still being made. */
export async function loadReady(db: Db, name: string): Promise<StoredCluster> {
  const cluster = await findCluster(db, name);
  if (cluster === undefined) throw clusterNotFound(name);
  if (cluster.status === 'ready') return cluster;
  const told = `Cluster ${goQuote(name)} is still being made: Operation not permitted`;
  throw new Fault('cluster_not_ready', told, { details: { cluster: name, operation: cluster.operation } });
}

/** What was applied last – undefined: the cluster was not made here –, and the servers as they were at the creation. */
export type Past = { last: LastApplied | undefined; made: CreateClusterPlan['servers'] };

export async function loadPast(
  { database, sealer }: Pick<ClusterParts, 'database' | 'sealer'>,
  { id }: Pick<StoredCluster, 'id'>,
): Promise<Past> {
  const inputs = await findInputs(database.read, id);
  const made = inputs === undefined ? [] : (JSON.parse(inputs.plan) as CreateClusterPlan).servers; // written by the creation
  const row = await findApplied(database.read, id);
  if (row !== undefined) return { made, last: JSON.parse(row.applied) as LastApplied }; // written by the workflow
  return { made, last: inputs === undefined ? undefined : appliedByCreation(inputs, sealer) };
}
