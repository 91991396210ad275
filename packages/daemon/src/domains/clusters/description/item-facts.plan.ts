import type { PlannedChange } from '@operations-center/contract';
import { isSecretName, REDACTED } from '@operations-center/fleet-protocol';
import { certificateFromPem } from '@operations-center/tls';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { LiveItems, ServerLook } from '../look/creation-facts.ts';
import { compareLive } from '../plan/item-compare.plan.ts';
import { type ItemBody, type OpenItem, openItem } from '../plan/open-item.ts';
import { type CreateClusterPlan, firstOf, namesOf } from '../plan/plan.ts';
import type { StepFacts, WholeCall } from './described-step.ts';
import { itemChangeCalls, itemCreateCalls } from './planned-calls.plan.ts';
import { valueRows } from './value-rows.plan.ts';

export type FactsAsk = { plan: CreateClusterPlan; look: PlanLook; sealer: Sealer };

/** What was there when the plan was made: of each server, by name, and of the items. */
export type PlanLook = {
  servers: Readonly<Record<string, Pick<ServerLook, 'config' | 'contents'>>>;
  live: LiveItems;
};

type Doing = Pick<StepFacts, 'calls' | 'changes' | 'already'> & { undo: StepFacts['undo'] };

/** One item of the application configuration: made, changed, or as wanted already. */
export function itemFacts(key: string, ask: FactsAsk): StepFacts {
  const planned = ask.plan.items.find((item) => item.key === key);
  if (planned === undefined) throw new TypeError(`no item ${key} in the plan`);
  const item = openItem(ask, planned);
  const doing = planned.action === 'create' ? creating(item, ask) : changing(item, ask);
  const servers = planned.per_member === null ? [firstOf(ask.plan).name] : namesOf(ask.plan);
  return { phase: 'application', servers, interrupts: null, ...doing };
}

function creating(item: OpenItem, { plan }: FactsAsk): Doing {
  return {
    calls: itemCreateCalls(plan, item),
    changes: creatingRows(item),
    already: [],
    undo: { automatic: true, about: 'is taken away again', calls: [] },
  };
}

/** What a new item has, row by row. */
export const creatingRows = (item: OpenItem): PlannedChange[] => [
  ...valueRows('', {}, readable(item)),
  ...memberRows(item),
];

/** The item without its name, which is said already; of a certificate, whose it is instead of what it looks like. */
function readable({ planned, wanted }: OpenItem): ItemBody {
  const { name, certificate: pem, ...body } = wanted;
  if (planned.kind !== 'certificate') return body;
  const { subject, notAfter } = certificateFromPem(String(pem));
  return { name, subject: subject.replaceAll('\n', ', '), expires: notAfter.toISOString().slice(0, 10), ...body };
}

/** Keys that each member has for itself, under the member's name; once, where they are the same everywhere. */
function memberRows({ perMember }: OpenItem): PlannedChange[] {
  const entries = Object.entries(perMember ?? {});
  const rows = entries.map(([, config]) => valueRows('', {}, { config }));
  const [first = []] = rows;
  if (rows.every((own) => JSON.stringify(own) === JSON.stringify(first))) return first;
  return entries.flatMap(([member], at) =>
    (rows[at] ?? []).map((row) => ({ ...row, what: `${row.what} on ${member}` })),
  );
}

function changing(item: OpenItem, { plan, look }: FactsAsk): Doing {
  const live = item.planned.kind === 'server-config' ? serverConfig(look, plan) : liveOf(item, look.live);
  const comparison = compareLive(item, live);
  const undo = { automatic: true, about: 'gets back what it was', calls: [] };
  if (comparison.state !== 'update') return { calls: [], changes: [], already: [item.planned.name], undo };
  const changes = comparison.changes.map(({ field, before, after }) => {
    const show = (value: string | undefined) => (value === undefined ? null : isSecretField(field) ? REDACTED : value);
    return { what: field, before: show(before), after: show(after) };
  });
  const calls: WholeCall[] = itemChangeCalls(plan, item, comparison.body, configsOf(look));
  return { calls, changes: distinct(changes), already: [], undo };
}

/** What nobody could look at yet: a default thing that comes with its project or with the cluster. */
const liveOf = ({ planned }: OpenItem, live: LiveItems): ItemBody => {
  const found = live[planned.key];
  if (found !== undefined) return { ...found };
  return planned.kind === 'cluster-group' ? { description: 'Default cluster group' } : {};
};

function serverConfig(look: PlanLook, plan: FactsAsk['plan']): { config: ItemBody; members: Record<string, ItemBody> } {
  const configs = configsOf(look);
  const members = Object.fromEntries(namesOf(plan).map((name) => [name, { ...configs[name] }]));
  return { config: { ...configs[firstOf(plan).name] }, members };
}

const configsOf = ({ servers }: PlanLook): Record<string, ServerLook['config']> =>
  Object.fromEntries(Object.entries(servers).map(([name, { config }]) => [name, config]));

/** `config["loki.auth.password"]`, `devices["eth0"]`. */
const isSecretField = (field: string): boolean => isSecretName(/"(.+)"/.exec(field)?.[1] ?? field);

const distinct = (changes: readonly PlannedChange[]): PlannedChange[] => [
  ...new Map(changes.map((change) => [JSON.stringify(change), change])).values(),
];
