import {
  type ApplicationItem,
  type ItemsInput,
  listApplicationItems,
  MESH_NETWORK,
  type Preseed,
} from '@operations-center/documents';
import { type LocalScope, SHARED_POOL_DRIVERS } from '@operations-center/fleet-protocol';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { sealMembers } from '../plan/create-cluster.plan.ts';
import { type ItemBody, openItem } from '../plan/open-item.ts';
import type { PlannedItem } from '../plan/plan.ts';
import type {
  AppliedItem,
  ApplyMember,
  ApplyPlan,
  ChangedItem,
  ItemProblem,
  KeptItem,
  LastApplied,
  MemberValues,
} from './apply.ts';
import { toValues, valuesOfItem } from './item-values.plan.ts';
import type { PlannedServices } from './plan-services.plan.ts';
import { refusals, refusedChanges } from './refusals.plan.ts';
import { compareThreeWays, type Difference } from './three-way.plan.ts';

/** An item as the cluster shows it, and as each member does where it has keys of its own. */
export type LiveItem = { body: ItemBody; members: Readonly<Record<string, ItemBody>> };
export type LiveItems = Readonly<Record<string, LiveItem | undefined>>;

export type ApplyAsk = {
  cluster: { id: string; name: string };
  members: readonly ApplyMember[];
  through: string;
  /** Pool → driver: the file need not say it again. */
  drivers: Readonly<Record<string, string>>;
  /** As they were given, and as the application configuration was read. */
  seed: unknown;
  servicesGiven: unknown;
  overridesGiven: unknown;
  builtInsGiven: boolean;
  preseed: Preseed;
  own: OwnValues;
  /** The file that was applied last. */
  preseedBefore: Preseed;
  ownBefore: OwnValues;
  last: LastApplied | undefined;
  live: LiveItems;
  localScope: LocalScope;
  ownFingerprint: string;
  /** Which side is taken: by item, by `item:field`, or under the empty name for all. */
  take: Readonly<Record<string, 'file' | 'live'>>;
  services: PlannedServices;
  notes: readonly { code: string; message: string }[];
  /** Texts that are shown nowhere. */
  secretTexts: readonly string[];
};

/** A difference under its name, and the side that is taken; null: a person must choose. */
export type NamedDifference = Difference & { item: string; name: string; taken: 'file' | 'live' | null };

export type PlannedApply = {
  plan: ApplyPlan;
  differences: readonly NamedDifference[];
  problems: readonly ItemProblem[];
  /** Keys of the items that are as wanted already. */
  already: readonly string[];
  /** Keys of the items that the file had and has no longer. They stay. */
  left: readonly string[];
  /** Where pruning was asked for: why they do. */
  kept: readonly KeptItem[];
};

type Surroundings = Pick<ApplyAsk, 'members' | 'drivers' | 'localScope' | 'ownFingerprint'>;

/** What single members have otherwise, and what the built-in variables stand for on each. */
export type OwnValues = Pick<ItemsInput, 'overrides' | 'builtIns'>;

/** Which items a file comes to on this cluster. The mesh network is ours alone. */
export function itemsOfFile(
  preseed: Preseed,
  own: OwnValues,
  { members, drivers, localScope, ownFingerprint }: Surroundings,
): ApplicationItem[] {
  const networks = preseed.networks.filter(({ name }) => name !== MESH_NETWORK);
  const names = members.map(({ name }) => name);
  const input = { preseed: { ...preseed, networks }, members: names, localScope, ownFingerprint };
  const items = listApplicationItems({ ...input, ...own });
  return items.map((item) =>
    item.kind === 'storage-volume' && SHARED_POOL_DRIVERS.includes(drivers[item.pool] ?? '')
      ? { ...item, on_members: names.slice(0, 1) }
      : item,
  );
}

/** What must be looked at: all that the file has, and the server configuration if the file before had some. */
export function itemsToLookAt(ask: Pick<ApplyAsk, 'preseed' | 'own' | 'preseedBefore' | 'ownBefore'> & Surroundings) {
  const items = itemsOfFile(ask.preseed, ask.own, ask);
  const before = itemsOfFile(ask.preseedBefore, ask.ownBefore, ask);
  const config = before.find(({ kind }) => kind === 'server-config');
  if (config?.kind !== 'server-config' || items.some(({ kind }) => kind === 'server-config')) return { items, before };
  // Keys that left the file together are unset as single ones are: the configuration itself is always there.
  return { items: [...items, { ...config, body: { config: {} }, member_config: {}, after: [] }], before };
}

/** Pure: the file, what was applied last and what is live come to what shall be done. */
export function planApply(ask: ApplyAsk, sealer: Sealer): PlannedApply {
  const { items, before } = itemsToLookAt(ask);
  const looks = items.map((item) => planOne(item, before, ask, sealer));
  const changed = looks.flatMap(({ planned }) => (planned === null ? [] : [planned]));
  const doing = new Set(changed.map(({ key }) => key));
  const keys = new Set(items.map(({ key }) => key));
  const known = ask.last?.items ?? {};
  const next = Object.fromEntries(looks.map(({ applied }) => [applied.item.key, applied]));
  return {
    plan: {
      cluster: ask.cluster.name,
      cluster_id: ask.cluster.id,
      members: ask.members,
      through: ask.through,
      services: ask.services.services,
      items: changed.map((item) => ({ ...item, after: item.after.filter((key) => doing.has(key)) })),
      prunes: [],
      secrets: sealer.seal(JSON.stringify(ask.secretTexts)),
      notes: [...ask.notes, ...meshNotes(ask.preseed)],
      next: {
        seed: sealer.seal(JSON.stringify(ask.seed)),
        services: sealer.seal(JSON.stringify(ask.servicesGiven)),
        overrides: sealer.seal(JSON.stringify(ask.overridesGiven)),
        built_ins: ask.builtInsGiven,
        items: { ...known, ...next },
      },
    },
    differences: looks.flatMap(({ differences }) => differences),
    problems: [...ask.services.problems, ...looks.flatMap(({ problems }) => problems)],
    already: looks.flatMap(({ applied: { item }, planned, problems }) =>
      planned === null && problems.length === 0 ? [item.key] : [],
    ),
    left: before.flatMap(({ key }) => (keys.has(key) ? [] : [key])),
    kept: [],
  };
}

type Look = {
  planned: ChangedItem | null;
  applied: AppliedItem;
  differences: NamedDifference[];
  problems: ItemProblem[];
};

function planOne(item: ApplicationItem, before: readonly ApplicationItem[], ask: ApplyAsk, sealer: Sealer): Look {
  const live = ask.live[item.key] ?? (comesByItself(item) ? { body: {}, members: {} } : undefined);
  const sealed = sealItem(item, live === undefined || ask.live[item.key] === undefined ? 'create' : 'change', sealer);
  const was = before.find(({ key }) => key === item.key);
  const file = valuesOfItem(openItem({ sealer }, sealed));
  const fileBefore = was === undefined ? {} : valuesOfItem(openItem({ sealer }, sealItem(was, 'change', sealer)));
  const known = ask.last?.items[item.key];
  const lastValues = known === undefined ? {} : (JSON.parse(sealer.open(known.values)) as MemberValues);
  const applied: AppliedItem = {
    item: sealed,
    made: known?.made === true || sealed.action === 'create',
    in_file: true,
    values: sealer.seal(JSON.stringify(nextValues(file, fileBefore, lastValues))),
  };
  const problems = live === undefined ? [] : refusals(item, live);
  if (problems.length > 0) return { planned: null, applied, differences: [], problems };
  if (live === undefined) {
    return { planned: { ...sealed, changes: sealer.seal('[]') }, applied, differences: [], problems };
  }
  const verdict = compareThreeWays({ file, fileBefore, applied: lastValues, live: valuesOfLive(item, live) });
  const differences = verdict.differences.map((one) => take(one, item.key, ask.take));
  const changes = [
    ...verdict.changes,
    ...differences.flatMap(({ taken, member, field, live: found, file: wanted }) =>
      taken === 'file' ? [{ member, field, before: found, after: wanted === '' ? null : wanted }] : [],
    ),
  ];
  const refused = changes.length === 0 ? [] : refusedChanges(item, live, changes);
  const planned =
    changes.length === 0 || refused.length > 0 ? null : { ...sealed, changes: sealer.seal(JSON.stringify(changes)) };
  return { planned, applied, differences, problems: refused };
}

/** A new project brings its profile `default`. */
const comesByItself = ({ kind, name }: ApplicationItem): boolean => kind === 'profile' && name === 'default';

function sealItem(item: ApplicationItem, action: PlannedItem['action'], sealer: Sealer): PlannedItem {
  return {
    key: item.key,
    kind: item.kind,
    name: item.name,
    project: 'project' in item ? item.project : '',
    pool: 'pool' in item ? item.pool : '',
    action,
    after: item.after,
    wanted: sealer.seal(JSON.stringify(item.body)),
    per_member: sealMembers(item, sealer),
  };
}

export function valuesOfLive({ kind }: Pick<ApplicationItem, 'kind'>, { body, members }: LiveItem): MemberValues {
  const own = Object.fromEntries(Object.entries(members).map(([name, one]) => [name, toValues(kind, one)]));
  return kind === 'storage-volume' ? own : { '': toValues(kind, body), ...own };
}

/** What is applied from now on: the file, and of what was applied before all that no file spoke of. */
function nextValues(file: MemberValues, fileBefore: MemberValues, applied: MemberValues): MemberValues {
  const members = [...new Set([...Object.keys(applied), ...Object.keys(file)])];
  return Object.fromEntries(
    members.map((member) => {
      const dropped = Object.keys(fileBefore[member] ?? {});
      const kept = Object.entries(applied[member] ?? {}).filter(([field]) => !dropped.includes(field));
      return [member, { ...Object.fromEntries(kept), ...file[member] }];
    }),
  );
}

function take(one: Difference, item: string, taken: ApplyAsk['take']): NamedDifference {
  const name = `${item}:${one.field.replace(/^config\./, '')}${one.member === '' ? '' : `@${one.member}`}`;
  const side = taken[name] ?? taken[item] ?? taken[''] ?? (one.kind === 'drift' ? 'live' : null);
  return { ...one, item, name, taken: side };
}

const meshNotes = ({ networks }: Preseed): ApplyPlan['notes'] =>
  networks.some(({ name }) => name === MESH_NETWORK)
    ? [
        {
          code: 'mesh_network_replaced',
          message: `the network ${MESH_NETWORK} is always made by Operations Center; yours is not used`,
        },
      ]
    : [];
