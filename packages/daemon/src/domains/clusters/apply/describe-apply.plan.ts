import type { ApplyDifference, ApplyPlanView, PlannedChange, PlannedStep } from '@operations-center/contract';
import {
  createObjectCall,
  isSecretName,
  putObjectCall,
  putServerConfigCall,
  putServiceCall,
  REDACTED,
  redactBody,
} from '@operations-center/fleet-protocol';
import { stepKey } from '@operations-center/workflow';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { canonicalJson } from '../description/canonical-json.ts';
import type { WholeCall } from '../description/described-step.ts';
import { type Durations, estimateStep, estimateWhole } from '../description/estimate.plan.ts';
import { creatingRows } from '../description/item-facts.plan.ts';
import type { PlanFact } from '../description/plan-facts.plan.ts';
import { wholeCall } from '../description/planned-calls.plan.ts';
import { valueRows } from '../description/value-rows.plan.ts';
import { createCalls } from '../plan/item-calls.plan.ts';
import { byFingerprint, identityOf, type OpenItem, openItem } from '../plan/open-item.ts';
import type { PlannedService } from '../plan/plan.ts';
import type { ApplyPlan, ChangedItem, FieldChange, ServerServices } from './apply.ts';
import { fieldLabel, valueLabel, withChanges } from './item-values.plan.ts';
import type { LiveItem, LiveItems, NamedDifference, PlannedApply } from './plan-apply.plan.ts';
import { describePrune, pruneStep } from './prune/describe-prune.plan.ts';
import type { Touch } from './touched.plan.ts';

export type ApplyDescribeAsk = {
  planned: PlannedApply;
  request_digest: string;
  live: LiveItems;
  touches: readonly Touch[];
  servicesAlready: readonly string[];
  /** The file says something else than the one before, if only to us. */
  remembers: boolean;
  outline: readonly { name: string; target?: string; about: string; after: readonly string[] }[];
  durations: Durations;
  sealer: Sealer;
};
export type DescribedApply = {
  view: Omit<ApplyPlanView, 'created_at' | 'expires_at'>;
  facts: readonly PlanFact[];
};

type Described = Omit<PlannedStep, 'calls' | 'undo'> & {
  calls: readonly WholeCall[];
  undo: PlannedStep['undo'];
};

/** What applying does, for people and programs. Pure: the same in, the same out, and the same id for what does the same. */
export function describeApply(ask: ApplyDescribeAsk): DescribedApply {
  const { planned, touches, sealer, durations, outline } = ask;
  const { plan, problems, already, left } = planned;
  const steps = outline.flatMap((step) => {
    const services = plan.services.find(({ server }) => stepKey(step) === `${servicesStep}/${server}`);
    if (services !== undefined) return [describeServices(services, step, ask)];
    const pruned = plan.prunes.find(({ key }) => stepKey(step) === `${pruneStep}/${key}`);
    if (pruned !== undefined) return [describePrune(pruned, step, ask)];
    const item = plan.items.find((one) => stepKey(step) === `${applyStep}/${one.key}`);
    return item === undefined ? [] : [describeStep(item, step, ask)];
  });
  const differences = planned.differences.map(showDifference);
  const open = differences.filter(({ taken }) => taken === null);
  const basis = {
    request: ask.request_digest,
    cluster: plan.cluster_id,
    members: plan.members.map(({ name, url, pins }) => [name, url, pins]),
    calls: steps.map(({ key, calls }) => ({ key, calls })),
    differences: planned.differences.map(({ name, kind, applied, file, live, taken }) => [
      ...[name, kind, applied, file, live, taken],
    ]),
    problems,
    // What it is to be made again as: one that was changed in between is another plan.
    prunes: plan.prunes.map(({ key, before, wanted, per_member }) => [
      key,
      ...[before, wanted, ...Object.values(per_member ?? {})].map((sealed) => sealer.open(sealed)),
    ]),
  };
  const view = {
    id: sealer.identify('apply-plan', canonicalJson(basis)),
    cluster: plan.cluster,
    servers: plan.members.map(({ name }) => name),
    runnable: problems.length === 0 && open.length === 0,
    remembers: ask.remembers,
    steps: steps.map(({ calls, ...step }) => ({ ...step, calls: calls.map(showCall) })),
    already: [...already],
    services_already: [...ask.servicesAlready],
    left: [...left],
    kept: planned.kept.map(({ item, why, used_by }) => ({ item, why, used_by: [...used_by] })),
    differences,
    problems: problems.map((one) => ({ ...one })),
    touches: touches.map(({ item, how, instances }) => ({ item, how, instances: [...instances] })),
    notes: plan.notes.map((note) => ({ ...note })),
    estimate_ms: estimateWhole(outline, durations),
  };
  return { view, facts: listFacts(planned, steps, sealer) };
}

export const applyStep = 'apply-application-config';
const servicesStep = 'configure-services';

function describeServices(
  { server, services }: ServerServices,
  step: ApplyDescribeAsk['outline'][number],
  { durations, sealer }: ApplyDescribeAsk,
): Described {
  // Sealed by the planner from parsed objects.
  const open = (sealed: PlannedService['config']) => JSON.parse(sealer.open(sealed)) as Record<string, unknown>;
  return {
    ...{ key: stepKey(step), name: step.name, target: server, about: step.about, after: [...step.after] },
    phase: 'services',
    servers: [server],
    calls: services.map(({ name, config }) => wholeCall(server, putServiceCall(name, open(config)))),
    in_order: true,
    changes: services.flatMap(({ name, before, config }) => valueRows(`${name}.`, open(before), open(config))),
    already: [],
    reboots: false,
    interrupts: null,
    undo: { automatic: true, about: 'each service gets back what it had', calls: [] },
    ...estimateStep(step.name, durations),
  };
}

function describeStep(
  item: ChangedItem,
  step: ApplyDescribeAsk['outline'][number],
  { planned: { plan }, live, touches, durations, sealer }: ApplyDescribeAsk,
): Described {
  const open = openItem({ sealer }, item);
  const changes = openChanges(item, sealer);
  const isMade = item.action === 'create';
  const touched = touches.find((touch) => touch.item === item.key);
  const running = touched?.instances.filter((instance) => instance.running).length ?? 0;
  return {
    ...{ key: stepKey(step), name: step.name, target: item.key, about: step.about, after: [...step.after] },
    phase: 'application',
    servers: plan.members.map(({ name }) => name),
    calls:
      isMade && changes.length === 0 ? makingCalls(plan, open) : changingCalls(plan, open, live[item.key], changes),
    in_order: item.kind !== 'storage-volume',
    changes: isMade && changes.length === 0 ? creatingRows(open) : changeRows(changes),
    already: [],
    reboots: false,
    interrupts: touched === undefined || running === 0 ? null : touched.how,
    undo: {
      automatic: true,
      about: isMade ? 'is taken away again, if nothing uses it by then' : 'gets back what it was',
      calls: [],
    },
    ...estimateStep(step.name, durations),
  };
}

export const openChanges = (item: ChangedItem, sealer: Pick<Sealer, 'open'>): FieldChange[] =>
  // Sealed by the planner.
  JSON.parse(sealer.open(item.changes)) as FieldChange[];

function makingCalls({ members, through }: ApplyPlan, item: OpenItem): WholeCall[] {
  const { kind } = item.planned;
  if (kind === 'server-config') return [];
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  const names = members.map(({ name }) => name);
  return createCalls(item, names).map(({ body, target }) =>
    wholeCall(through, createObjectCall(identity, body, { target })),
  );
}

/** Each member's own first, then what all have. */
function changingCalls(
  { through }: ApplyPlan,
  item: OpenItem,
  live: LiveItem | undefined,
  changes: readonly FieldChange[],
): WholeCall[] {
  const { kind } = item.planned;
  return byMember(changes).map(([member, own]) => {
    const target = member === '' ? {} : { target: member };
    const shown = (member === '' ? live?.body : live?.members[member]) ?? {};
    if (kind === 'server-config') {
      const config = Object.fromEntries(own.map(({ field, after }) => [field.slice('config.'.length), after ?? '']));
      return wholeCall(through, putServerConfigCall({ '...': `\${config}`, ...config }, target));
    }
    const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
    return wholeCall(through, putObjectCall(identity, withChanges(kind, shown, own), target));
  });
}

/** By member, the whole cluster last. */
export const byMember = (changes: readonly FieldChange[]): [string, FieldChange[]][] =>
  [...Map.groupBy(changes, ({ member }) => member)].sort(([a], [b]) => Number(a === '') - Number(b === ''));

const showCall = ({ body, ...call }: WholeCall) => ({ ...call, body: redactBody(body) });

/** Once, where it is the same on every member. */
function changeRows(changes: readonly FieldChange[]): PlannedChange[] {
  const groups = [...Map.groupBy(changes, ({ field }) => field)];
  return groups.flatMap(([field, own]) => {
    const rows = own.map(({ before, after }) => ({
      what: fieldLabel(field),
      before: shown(field, before),
      after: shown(field, after),
    }));
    const [first] = own;
    const isSame = own.every(({ before, after }) => before === first?.before && after === first?.after);
    if (isSame) return rows.slice(0, 1);
    return rows.map((row, at) => ({ ...row, what: `${row.what} on ${own[at]?.member ?? ''}` }));
  });
}

const shown = (field: string, value: string | null): string | null => {
  if (value === null) return null;
  return isSecretName(field.replace(/^config\./, '')) ? REDACTED : valueLabel(field, value);
};

const showDifference = ({ kind, item, name, member, field, applied, file, live, taken }: NamedDifference) =>
  ({
    ...{ kind, item, name, taken },
    field: `${fieldLabel(field)}${member === '' ? '' : ` on ${member}`}`,
    applied: shown(field, applied),
    file: shown(field, file),
    live: shown(field, live),
  }) satisfies ApplyDifference;

/** What the plan stands on: to say what is different when it is run. */
function listFacts(planned: PlannedApply, steps: readonly Described[], sealer: Sealer): PlanFact[] {
  const fact = (kind: PlanFact['kind'], step: string, what: string, text: string, whole: unknown = text): PlanFact => ({
    ...{ step, what, kind, shown: text },
    digest: sealer.identify('plan-fact', canonicalJson(whole)),
  });
  const { plan, differences, problems } = planned;
  return [
    ...plan.members.map(({ name, url, pins }) => fact('value', '', name, url, [url, pins])),
    ...problems.map(({ item, what }) => fact('value', '', item, what)),
    ...differences.map((one) => {
      const side = one.taken === null ? 'a choice is needed' : `${one.taken} is taken`;
      return fact('value', '', one.name, side, [one.applied, one.file, one.live, one.taken]);
    }),
    ...steps.flatMap((step) => [
      ...step.changes.map(({ what, before, after }) =>
        fact('change', step.key, `${step.target ?? ''}: ${what}`, `${before ?? 'nothing'} → ${after ?? 'nothing'}`),
      ),
      ...step.calls.map(({ server, method, path, body }) =>
        fact('call', step.key, `${server}: ${method} ${path}`, 'is sent', body),
      ),
    ]),
  ];
}
