import type { ApplyPlanView, ClusterPlan, Fault, KeptPlan } from '@operations-center/contract';
import type { Tx } from '../../../schema.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import { dropApplyPlan, findLiveApplyPlan, findOverApplyPlan, listLiveApplyPlans } from '../apply/apply.store.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { planExpired, planNotFound, planRanAlready } from './plan-faults.rules.ts';
import { dropPlan, findLivePlan, findOverPlan, listLivePlans } from './plans.store.ts';

/** All plans that wait to be run: of making clusters, and of applying files to those that live. */
export type KeptPlans = {
  /** The oldest first. */
  list(): Promise<KeptPlan[]>;
  load(id: string): Promise<ClusterPlan | ApplyPlanView>;
  /** Forgets one that was not run: what it holds is free again. */
  drop(id: string): Promise<void>;
  /** Why there is no such plan that can be run: it ran, its time is up, or nobody ever made it. */
  whatBecameOf(id: string): Promise<Fault>;
};

type KeptPlansParts = Pick<ClusterParts, 'database' | 'clock'> & { operations: Pick<OperationService, 'find'> };

/** Fewer digits than this say nothing of a plan that is over. */
const shortestId = 6;

export function makeKeptPlans({ database, clock, operations }: KeptPlansParts): KeptPlans {
  async function whatBecameOf(id: string): Promise<Fault> {
    const db = database.read;
    const nowMs = clock.nowMs();
    if (id.length < shortestId) return planNotFound(id);
    const row = (await findOverPlan(db, id, nowMs)) ?? (await findOverApplyPlan(db, id, nowMs));
    if (row === undefined) return planNotFound(id);
    if (row.operation === null) return planExpired(row.id, row.expires_at);
    return planRanAlready(row.id, row.operation, (await operations.find(row.operation))?.created_at);
  }

  const drop = async (tx: Tx, id: string, nowMs: number): Promise<boolean> =>
    (await dropPlan(tx, id, nowMs)) || (await dropApplyPlan(tx, id, nowMs));

  return {
    whatBecameOf,
    async list() {
      const nowMs = clock.nowMs();
      const create = (await listLivePlans(database.read, nowMs)).map((row) => toKept('create', row));
      const apply = (await listLiveApplyPlans(database.read, nowMs)).map((row) => toKept('apply', row));
      return [...create, ...apply].sort((a, b) => (`${a.created_at} ${a.id}` < `${b.created_at} ${b.id}` ? -1 : 1));
    },
    async load(id) {
      const nowMs = clock.nowMs();
      const row = (await findLivePlan(database.read, id, nowMs)) ?? (await findLiveApplyPlan(database.read, id, nowMs));
      if (row === undefined) throw await whatBecameOf(id);
      // Written when it was planned.
      return JSON.parse(row.shown) as ClusterPlan | ApplyPlanView;
    },
    async drop(id) {
      const dropped = await database.write('drop plan', (tx) => drop(tx, id, clock.nowMs()));
      if (!dropped) throw await whatBecameOf(id);
    },
  };
}

type Row = { id: string; cluster: string; requested_by: string; created_at: number; expires_at: number };

const toKept = (kind: KeptPlan['kind'], { id, cluster, requested_by, created_at, expires_at }: Row): KeptPlan => ({
  ...{ id, kind, cluster, requested_by },
  created_at: new Date(created_at).toISOString(),
  expires_at: new Date(expires_at).toISOString(),
});
