import { type ClusterPlan, type ClusterPost, Fault } from '@operations-center/contract';
import { isOpen } from '@operations-center/workflow';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { Tx } from '../../../schema.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import { blockingOf, refuseBlocking, withFindings } from '../checks/findings.rules.ts';
import { checkIgnore } from '../checks/ignore.rules.ts';
import { clusterExists } from '../cluster.rules.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { findCluster } from '../clusters.store.ts';
import { asCreation, type ClusterCreation } from '../creation/create-cluster.service.ts';
import type { Preparation, Prepared } from '../creation/prepare-creation.service.ts';
import type { DescribeCreation } from '../description/describe-creation.service.ts';
import type { DescribedPlan } from '../description/describe-plan.plan.ts';
import { medianDurations } from '../description/durations.rules.ts';
import type { Durations } from '../description/estimate.plan.ts';
import { differencesOf } from '../description/plan-differences.plan.ts';
import type { PlanFact } from '../description/plan-facts.plan.ts';
import type { PlannedCreation } from '../plan/create-cluster.plan.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import type { KeptPlans } from './kept-plans.service.ts';
import {
  livePlansLimit,
  outdatedBy,
  planExpired,
  planOutdated,
  planRanAlready,
  plansTooMany,
} from './plan-faults.rules.ts';
import {
  countLivePlans,
  findLivePlan,
  findPlan,
  type HeldId,
  holdIds,
  listLivePlans,
  type PlanRow,
  savePlan,
  setPlanOperation,
} from './plans.store.ts';

export type ClusterPlans = {
  /** Looks at everything, changes nothing on any server, and keeps the plan for a day. */
  plan(asked: ClusterPost & { ignore: readonly string[] }, requested_by: string): Promise<ClusterPlan>;
  /** Runs a plan if everything is as it was; a plan that is running is joined. The operation and the cluster's name. */
  run(id: string, requested_by: string): Promise<Begun>;
};

export type Begun = { operation: string; cluster: string };

type PlansParts = ClusterParts & {
  operations: OperationService;
  preparation: Preparation;
  creation: ClusterCreation;
  describe: DescribeCreation;
  kept: Pick<KeptPlans, 'whatBecameOf'>;
};

const keepMs = 24 * 60 * 60 * 1000;
/** Estimates are made from so many runs, the latest ones. */
const measuredRuns = 20;

export function makeClusterPlans(parts: PlansParts): ClusterPlans {
  const { database, clock, sealer, operations, preparation, creation, describe, kept } = parts;

  async function plan(
    { ignore, ...given }: ClusterPost & { ignore: readonly string[] },
    requested_by: string,
  ): Promise<ClusterPlan> {
    checkIgnore(ignore);
    const { request, digest, there } = await preparation.read(given);
    if (there !== undefined) throw clusterExists(request.name);
    const prepared = await preparation.look({ given, request, digest, ignore, tellAll: true });
    const durations = await measure();
    return database.write(
      'plan cluster',
      async (tx) => {
        if ((await findCluster(tx, request.name)) !== undefined) throw clusterExists(request.name);
        const planned = await preparation.plan(tx, prepared).catch((error: unknown) => {
          throw error instanceof Fault ? withFindings(error, prepared.findings) : error;
        });
        const described = describe(prepared, planned, durations);
        return store(tx, { prepared, planned, described, requested_by });
      },
      { inLine: true },
    );
  }

  async function measure(): Promise<Durations> {
    const runs = await operations.page({ workflow: 'create-cluster', open: false, limit: measuredRuns });
    return medianDurations(runs.items);
  }

  type Storing = {
    prepared: Prepared;
    planned: PlannedCreation & { ula_prefix: string };
    described: DescribedPlan;
    requested_by: string;
  };

  async function store(tx: Tx, { prepared, planned, described, requested_by }: Storing): Promise<ClusterPlan> {
    const created_at = clock.nowMs();
    await requireRoom(tx, described.view.id, created_at);
    const expires_at = created_at + keepMs;
    const view: ClusterPlan = {
      ...described.view,
      created_at: new Date(created_at).toISOString(),
      expires_at: new Date(expires_at).toISOString(),
    };
    await holdIds(tx, prepared.digest, toHeldIds(prepared.digest, planned));
    await savePlan(tx, {
      id: view.id,
      request_digest: prepared.digest,
      cluster: view.cluster,
      request: sealer.seal(JSON.stringify({ given: prepared.given, ignore: prepared.ignore })),
      shown: JSON.stringify(view),
      plan: JSON.stringify(planned.plan),
      facts: JSON.stringify(described.facts),
      ula_prefix: planned.ula_prefix,
      requested_by,
      created_at,
      expires_at,
      operation: null,
    });
    return view;
  }

  /** The same plan made again takes no more room. */
  async function requireRoom(tx: Tx, id: string, nowMs: number): Promise<void> {
    if ((await countLivePlans(tx, nowMs)) < livePlansLimit) return;
    if ((await findLivePlan(tx, id, nowMs)) !== undefined) return;
    throw plansTooMany((await listLivePlans(tx, nowMs)).slice(0, 3));
  }

  async function run(id: string, requested_by: string): Promise<Begun> {
    const row = await findPlan(database.read, id);
    if (row === undefined) throw await kept.whatBecameOf(id);
    if (row.operation !== null) return joinRunning(id, row.operation, row.cluster);
    requireRunnable(row);
    const { stored, facts, given, ignore } = openRow(row);
    const { request, digest, there } = await preparation.read(given);
    if (there !== undefined) throw clusterExists(request.name);
    const prepared = await orOutdated(id, () => preparation.look({ given, request, digest, ignore }));
    return database.write(
      'run plan',
      async (tx) => {
        const now = await findPlan(tx, id);
        // The same id twice at once: the first one runs it, the other one joins.
        if (now !== undefined && now.operation !== null) return { operation: now.operation, cluster: now.cluster };
        if (now === undefined || now.expires_at <= clock.nowMs()) throw planExpired(id, row.expires_at);
        if ((await findCluster(tx, row.cluster)) !== undefined) throw clusterExists(row.cluster);
        const planned = await orOutdated(id, () => preparation.plan(tx, prepared));
        const fresh = describe(prepared, planned, {});
        if (fresh.view.id !== id) throw planOutdated(id, differencesOf(facts, fresh.facts));
        const operation = await creation.submit(tx, prepared, { ...planned, plan: stored }, requested_by);
        await setPlanOperation(tx, id, operation);
        return { operation, cluster: row.cluster };
      },
      { inLine: true },
    );
  }

  /** Whoever asks again while it runs waits for the same operation. */
  async function joinRunning(id: string, operation: string, cluster: string): Promise<Begun> {
    const view = await operations.find(operation);
    if (view !== undefined && isOpen(view.status)) return { operation, cluster };
    throw planRanAlready(id, operation, view?.created_at);
  }

  function requireRunnable(row: PlanRow): void {
    if (row.expires_at <= clock.nowMs()) throw planExpired(row.id, row.expires_at);
    // Written by `store`.
    const { findings } = JSON.parse(row.shown) as ClusterPlan;
    const blocking = blockingOf(findings);
    if (blocking.length > 0) throw refuseBlocking('plan_not_runnable', blocking);
  }

  function openRow(row: PlanRow): {
    stored: CreateClusterPlan;
    facts: PlanFact[];
    given: ClusterPost;
    ignore: string[];
  } {
    // All written by `store`.
    const asked = JSON.parse(sealer.open(row.request as Sealed)) as { given: ClusterPost; ignore: string[] };
    return {
      stored: JSON.parse(row.plan) as CreateClusterPlan,
      facts: JSON.parse(row.facts) as PlanFact[],
      ...asked,
    };
  }

  return {
    plan: (asked, requested_by) => asCreation(() => plan(asked, requested_by)),
    run: (id, requested_by) => asCreation(() => run(id, requested_by)),
  };
}

function toHeldIds(request_digest: string, { lvm_ids, mesh_id }: PlannedCreation): HeldId[] {
  return [
    ...lvm_ids.map(({ machine, server, id }) => ({ kind: 'lvm' as const, id, request_digest, machine, server })),
    { kind: 'mesh', id: mesh_id, request_digest, machine: '', server: '' },
  ];
}

/** What a plan cannot be made from any more is a difference, too. */
async function orOutdated<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw outdatedBy(id, error);
  }
}
