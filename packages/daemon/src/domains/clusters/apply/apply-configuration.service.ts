import { type ApplyPlanView, type ApplyPost, Fault } from '@operations-center/contract';
import { isOpen } from '@operations-center/workflow';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import { goQuote } from '../connection-url.rules.ts';
import { differencesOf } from '../description/plan-differences.plan.ts';
import type { PlanFact } from '../description/plan-facts.plan.ts';
import { outdatedBy, planExpired, planOutdated, planRanAlready } from '../kept-plans/plan-faults.rules.ts';
import { type ApplyPlanRow, findApplyPlan, saveApplyPlan, setApplyOperation } from './apply.store.ts';
import { findApplyFault } from './apply-outcome.rules.ts';
import { type ConsiderParts, makeConsiderApply } from './consider-apply.service.ts';
import { loadReady } from './last-applied.service.ts';

export type ConfigurationApply = {
  /** Looks at the cluster, changes nothing on it, and keeps the plan for a day. */
  plan(cluster: string, asked: ApplyPost, requested_by: string): Promise<ApplyPlanView>;
  /** Runs a plan if everything is as it was; a plan that is running is joined. The operation. */
  run(cluster: string, id: string, requested_by: string): Promise<string>;
  /** Waits until it has come to rest. Anything but an applied plan is a fault. */
  await(operation: string, signal: AbortSignal): Promise<void>;
};

type ApplyParts = ConsiderParts & { operations: OperationService };

const keepMs = 24 * 60 * 60 * 1000;

export function makeConfigurationApply(parts: ApplyParts): ConfigurationApply {
  const { database, clock, sealer, operations } = parts;

  const consider = makeConsiderApply(parts);

  async function plan(name: string, asked: ApplyPost, requested_by: string): Promise<ApplyPlanView> {
    const cluster = await loadReady(database.read, name);
    const { planned, described } = await consider(cluster, asked);
    const created_at = clock.nowMs();
    const expires_at = created_at + keepMs;
    const view: ApplyPlanView = {
      ...described.view,
      created_at: new Date(created_at).toISOString(),
      expires_at: new Date(expires_at).toISOString(),
    };
    await database.write('plan apply', (tx) =>
      saveApplyPlan(tx, {
        id: view.id,
        cluster: cluster.id,
        request: sealer.seal(JSON.stringify(asked)),
        shown: JSON.stringify(view),
        plan: JSON.stringify(planned.plan),
        facts: JSON.stringify(described.facts),
        requested_by,
        created_at,
        expires_at,
        operation: null,
      }),
    );
    return view;
  }

  async function run(name: string, id: string, requested_by: string): Promise<string> {
    const cluster = await loadReady(database.read, name);
    const row = await findApplyPlan(database.read, id);
    if (row === undefined || row.cluster !== cluster.id) throw planNotFound(id, name);
    if (row.operation !== null) return joinRunning(id, row.operation);
    requireRunnable(row);
    // All written by `plan`.
    const asked = JSON.parse(sealer.open(row.request as Sealed)) as ApplyPost;
    const { planned, described } = await orOutdated(id, () => consider(cluster, asked));
    if (described.view.id !== id) {
      throw planOutdated(id, differencesOf(JSON.parse(row.facts) as PlanFact[], described.facts));
    }
    return database.write('run apply', async (tx) => {
      const now = await findApplyPlan(tx, id);
      // The same id twice at once: the first one runs it, the other one joins.
      if (now !== undefined && now.operation !== null) return now.operation;
      if (now === undefined || now.expires_at <= clock.nowMs()) throw planExpired(id, row.expires_at);
      await loadReady(tx, name);
      const submission = { workflow: 'apply-configuration', plan: planned.plan, requested_by };
      const operation = await operations.submit(tx, submission);
      await setApplyOperation(tx, id, operation);
      return operation;
    });
  }

  /** Whoever asks again while it runs waits for the same operation. */
  async function joinRunning(id: string, operation: string): Promise<string> {
    const view = await operations.find(operation);
    if (view !== undefined && isOpen(view.status)) return operation;
    throw planRanAlready(id, operation);
  }

  function requireRunnable(row: ApplyPlanRow): void {
    if (row.expires_at <= clock.nowMs()) throw planExpired(row.id, row.expires_at);
    const { differences, problems } = JSON.parse(row.shown) as ApplyPlanView; // written by `plan`
    const open = differences.filter(({ taken }) => taken === null).map(({ name }) => name);
    const first = problems[0]?.what ?? (open.length === 0 ? undefined : `nobody chose in ${open.join(', ')}`);
    if (first === undefined) return;
    const hint =
      problems[0]?.remedy ?? `Choose a side for each: --take file, --take live, or --take ${open[0] ?? 'NAME'}=file.`;
    throw new Fault('apply_not_runnable', `The plan cannot be run: ${first}`, {
      hint,
      details: { problems, conflicts: open },
    });
  }

  return {
    plan,
    run,
    async await(operation, signal) {
      const fault = findApplyFault(await operations.wait(operation, signal));
      if (fault !== undefined) throw fault;
    },
  };
}

const planNotFound = (id: string, cluster: string): Fault =>
  new Fault('apply_plan_not_found', `There is no plan "${id.slice(0, 12)}" for cluster ${goQuote(cluster)}`, {
    details: { plan: id.slice(0, 80), cluster },
  });

/** What a plan cannot be made from any more is a difference, too. */
async function orOutdated<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw outdatedBy(id, error);
  }
}
