import { type ClusterPlan, type ClusterPost, Fault, type PlanDifference } from '@operations-center/contract';
import { isOpen } from '@operations-center/workflow';
import type { Sealed } from '../../platform/sealing.ts';
import type { Tx } from '../../schema.ts';
import type { OperationService } from '../operations/operations.service.ts';
import { checkIgnore } from './checks/ignore.rules.ts';
import { clusterExists } from './cluster.rules.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { findCluster } from './clusters.store.ts';
import type { PlannedCreation } from './create-cluster.plan.ts';
import { asCreation, type ClusterCreation } from './create-cluster.service.ts';
import type { CreateClusterPlan } from './create-cluster-plan.ts';
import { type DescribedPlan, describePlan } from './describe-plan.plan.ts';
import type { StepOutline } from './described-step.ts';
import { medianDurations } from './durations.rules.ts';
import type { Durations } from './estimate.plan.ts';
import { blockingOf, refuseBlocking } from './findings.rules.ts';
import { differencesOf, type PlanFact } from './plan-facts.plan.ts';
import { findPlan, type HeldId, holdIds, type PlanRow, savePlan, setPlanOperation } from './plans.store.ts';
import type { Preparation, Prepared } from './prepare-creation.service.ts';

export type ClusterPlans = {
  /** Looks at everything, changes nothing on any server, and keeps the plan for a day. */
  plan(asked: ClusterPost & { ignore: readonly string[] }, requested_by: string): Promise<ClusterPlan>;
  /** Runs a plan if everything is as it was; a plan that is running is joined. The operation and the cluster's name. */
  run(id: string, requested_by: string): Promise<{ operation: string; cluster: string }>;
};

type PlansParts = ClusterParts & {
  operations: OperationService;
  preparation: Preparation;
  creation: ClusterCreation;
  /** The steps of the workflow for a plan. */
  outline(plan: CreateClusterPlan): readonly StepOutline[];
};

const keepMs = 24 * 60 * 60 * 1000;
/** Estimates are made from so many runs, the latest ones. */
const measuredRuns = 20;

export function makeClusterPlans(parts: PlansParts): ClusterPlans {
  const { database, clock, sealer, operations, preparation, creation } = parts;

  async function plan(
    { ignore, ...given }: ClusterPost & { ignore: readonly string[] },
    requested_by: string,
  ): Promise<ClusterPlan> {
    checkIgnore(ignore);
    const { request, digest, there } = await preparation.read(given);
    if (there !== undefined) throw clusterExists(request.name);
    const prepared = await preparation.look(given, request, digest, ignore);
    const durations = await measure();
    return database.write('plan cluster', async (tx) => {
      if ((await findCluster(tx, request.name)) !== undefined) throw clusterExists(request.name);
      const planned = await preparation.plan(tx, prepared);
      const described = describe(prepared, planned, durations);
      return store(tx, { prepared, planned, described, requested_by });
    });
  }

  async function measure(): Promise<Durations> {
    const runs = await operations.page({ workflow: 'create-cluster', open: false, limit: measuredRuns });
    return medianDurations(runs.items);
  }

  const describe = (prepared: Prepared, planned: PlannedCreation, durations: Durations): DescribedPlan =>
    describePlan({
      planned,
      request_digest: prepared.digest,
      look: {
        servers: Object.fromEntries(prepared.snapshot.servers.map((look) => [look.server.name, look])),
        live: prepared.live,
      },
      outline: parts.outline(planned.plan),
      findings: prepared.findings,
      ignore: prepared.ignore,
      durations,
      sealer,
    });

  type Storing = {
    prepared: Prepared;
    planned: PlannedCreation & { ula_prefix: string };
    described: DescribedPlan;
    requested_by: string;
  };

  async function store(tx: Tx, { prepared, planned, described, requested_by }: Storing): Promise<ClusterPlan> {
    const created_at = clock.nowMs();
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

  async function run(id: string, requested_by: string): Promise<{ operation: string; cluster: string }> {
    const row = await findPlan(database.read, id);
    const running = await findRunning(row, id);
    if (running !== undefined) return running;
    const { stored, facts, given, ignore } = openRow(await requireRunnable(row, id));
    const prepared = await prepareAgain(id, given, ignore);
    return database.write('run plan', async (tx) => {
      const now = await findPlan(tx, id);
      // The same id twice at once: the first one runs it, the other one joins.
      if (now?.operation != null) return { operation: now.operation, cluster: now.cluster };
      if (now === undefined || now.expires_at <= clock.nowMs()) throw expired(id, now);
      const taken = await findCluster(tx, now.cluster);
      if (taken !== undefined) throw clusterExists(now.cluster);
      const planned = await preparation.plan(tx, prepared);
      const fresh = describe(prepared, planned, {});
      if (fresh.view.id !== id) throw outdated(id, differencesOf(facts, fresh.facts));
      const operation = await creation.submit(tx, prepared, { ...planned, plan: stored }, requested_by);
      await setPlanOperation(tx, id, operation);
      return { operation, cluster: now.cluster };
    });
  }

  /** Of a plan that ran: its operation while that is open, else who ran it is told. */
  async function findRunning(
    row: PlanRow | undefined,
    id: string,
  ): Promise<{ operation: string; cluster: string } | undefined> {
    if (row?.operation == null) return undefined;
    const view = await operations.find(row.operation);
    if (view !== undefined && isOpen(view.status)) return { operation: row.operation, cluster: row.cluster };
    const message = `Plan ${short(id)} was run already, by operation ${row.operation}`;
    const hint = `Look at it: operations-center operation show ${row.operation}.`;
    throw new Fault('plan_ran_already', message, { hint, details: { plan: id, operation: row.operation } });
  }

  async function requireRunnable(row: PlanRow | undefined, id: string): Promise<PlanRow> {
    if (row === undefined) {
      throw new Fault('plan_not_found', `There is no plan ${short(id)}`, { details: { plan: id.slice(0, 80) } });
    }
    if (row.expires_at <= clock.nowMs() || row.shown === '') throw expired(id, row);
    // Written by `store`.
    const { findings } = JSON.parse(row.shown) as ClusterPlan;
    const blocking = blockingOf(findings);
    if (blocking.length > 0) throw refuseBlocking('plan_not_runnable', blocking);
    return row;
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

  /** Looks at everything anew. What a plan could not even be made from is a difference, too. */
  async function prepareAgain(id: string, given: ClusterPost, ignore: readonly string[]): Promise<Prepared> {
    const { request, digest, there } = await preparation.read(given);
    if (there !== undefined) throw clusterExists(request.name);
    try {
      return await preparation.look(given, request, digest, ignore);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'fleet_failed' || error.kind === 'internal') throw error;
      const server = error.details['server'];
      const what = typeof server === 'string' ? server : 'the request';
      const difference = { what, before: 'could be made part of the cluster', now: error.message };
      throw outdated(id, [difference], error);
    }
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

const short = (id: string): string => `"${id.slice(0, 12)}"`;

function expired(id: string, row: PlanRow | undefined): Fault {
  const when = row === undefined ? '' : ` at ${new Date(row.expires_at).toISOString()}`;
  return new Fault('plan_expired', `Plan ${short(id)} expired${when}`, { details: { plan: id } });
}

function outdated(id: string, differences: readonly PlanDifference[], cause?: Fault): Fault {
  const told = differences.map(({ what, before, now }) => `${what}: ${before ?? 'nothing'}, now ${now ?? 'nothing'}`);
  const message = `Plan ${short(id)} is outdated: ${told.slice(0, 3).join('; ') || 'it comes out differently now'}`;
  const details = { plan: id, differences, ...(cause === undefined ? {} : { cause: cause.code }) };
  return new Fault('plan_outdated', message, { details, cause });
}
