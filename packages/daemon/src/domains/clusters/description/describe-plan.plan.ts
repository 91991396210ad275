import type { ClusterPlan, Finding, PlannedCall, PlannedStep } from '@operations-center/contract';
import { redactBody } from '@operations-center/fleet-protocol';
import { stepKey } from '@operations-center/workflow';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { verdictsOf } from '../checks/findings.rules.ts';
import type { PlannedCreation } from '../plan/create-cluster.plan.ts';
import { namesOf } from '../plan/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DescribedStep, StepOutline, WholeCall } from './described-step.ts';
import { type Durations, estimateStep, estimateWhole } from './estimate.plan.ts';
import type { PlanLook } from './item-facts.plan.ts';
import { listFacts, type PlanFact } from './plan-facts.plan.ts';
import { factsOf } from './step-facts.plan.ts';

export type DescribeAsk = {
  planned: PlannedCreation;
  /** Of the request, without what shall be ignored. */
  request_digest: string;
  look: PlanLook;
  outline: readonly StepOutline[];
  findings: readonly Finding[];
  ignore: readonly string[];
  durations: Durations;
  sealer: Sealer;
  /** Texts that are shown nowhere, whatever they stand in. */
  secrets?: readonly string[];
};

export type DescribedPlan = {
  /** As it goes over the wire. */
  view: Omit<ClusterPlan, 'created_at' | 'expires_at'>;
  /** What it stands on, each with a keyed digest: to say what is different when it is run. */
  facts: readonly PlanFact[];
};

/** A plan for people and programs. Pure: the same in, the same out, and the same id for what does the same. */
export function describePlan(ask: DescribeAsk): DescribedPlan {
  const { planned, look, sealer, outline, durations, findings, ignore } = ask;
  const { plan, lvm_ids, mesh_id } = planned;
  const steps = outline.map((step) => {
    const { name, about, after } = step;
    const named = { name, about, after, ...(step.target === undefined ? {} : { target: step.target }) };
    return { ...named, key: stepKey(step), ...factsOf(step, { plan, look, sealer }) };
  });
  const lvm = lvm_ids.map(({ server, id }) => ({ server, id }));
  const view = {
    id: identify(ask, steps),
    cluster: plan.cluster,
    channel: plan.channel,
    connection_url: plan.connection_url,
    servers: namesOf(plan),
    runnable: findings.every(({ verdict, ignored }) => verdict !== 'blocking' || ignored),
    findings: [...findings],
    ignore: [...ignore],
    notes: plan.notes.map((note) => ({ ...note })),
    lvm_ids: lvm,
    mesh_id,
    steps: steps.map((step) => showStep(step, durations)),
    estimate_ms: estimateWhole(outline, durations),
  };
  const facts = listFacts({ plan, steps, findings, lvm, mesh_id }, sealer);
  return hideTexts({ view, facts }, ask.secrets ?? []);
}

/** Engineering E9: request, servers, every changing call in order, how it is taken back, ids and verdicts; no reading. */
function identify({ request_digest, planned, findings, sealer }: DescribeAsk, steps: readonly DescribedStep[]): string {
  const basis = {
    request: request_digest,
    channel: planned.plan.channel,
    servers: planned.plan.servers.map(({ name, url, fingerprint, application }) => [
      name,
      url,
      fingerprint,
      application,
    ]),
    calls: steps.map(({ key, calls }) => ({ key, calls })),
    undo: steps.map(({ key, undo }) => ({ key, automatic: undo.automatic, calls: undo.calls })),
    ids: { lvm: planned.lvm_ids, mesh: planned.mesh_id },
    verdicts: verdictsOf(findings),
  };
  return sealer.identify('plan', canonicalJson(basis));
}

function showStep(step: DescribedStep, durations: Durations): PlannedStep {
  const { key, name, about, after, phase, servers, changes, already, interrupts, undo } = step;
  return {
    ...{ key, name, target: step.target ?? null, about, after: [...after], phase, servers },
    calls: step.calls.map(showCall),
    in_order: !isOfVolume(step),
    changes,
    already,
    reboots: false,
    interrupts,
    undo: { ...undo, calls: undo.calls.map(showCall) },
    ...estimateStep(name, durations),
  };
}

/** Each member makes its own volume, all at the same time. */
const isOfVolume = ({ target }: DescribedStep): boolean => target?.startsWith('storage-volume/') ?? false;

const showCall = ({ body, ...call }: WholeCall): PlannedCall => ({ ...call, body: withHoles(body, redactBody(body)) });

/** A token that nobody knows yet is no secret: what stands in its place may be read. */
function withHoles(body: unknown, shown: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return shown;
  if (!('cluster_token' in body) || !/^\$\{token:.*\}$/s.test(String(body.cluster_token))) return shown;
  return { ...(shown as object), cluster_token: body.cluster_token };
}
