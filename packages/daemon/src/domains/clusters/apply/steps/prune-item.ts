import { isDeepStrictEqual } from 'node:util';
import { type Step, StepFailure, stepKey, type UndoContext } from '@operations-center/workflow';
import { isRefusedWith } from '../../../../fleet/fleet-failure.ts';
import { listNetworkParts } from '../../../../fleet/incus-network-parts.ts';
import { type ItemBody, type OpenItem, openItem } from '../../plan/open-item.ts';
import type { ItemSite } from '../../steps/item.ts';
import { itemKinds, readItem } from '../../steps/item-kinds.ts';
import type { CreateClusterParts } from '../../steps/parts.ts';
import { applying, returning } from '../../steps/policies.ts';
import { onServer, untilServerCan } from '../../steps/step-failure.ts';
import { type ApplyPlan, type PrunedItem, type PrunedLook, throughOf, type Values } from '../apply.ts';
import { steadyValues, withChanges } from '../item-values.plan.ts';
import { pruneStep } from '../prune/describe-prune.plan.ts';
import { isOwnProfile, nameOfUser } from '../prune/users.plan.ts';
import { usersOf } from '../refusals.plan.ts';
import { readPart, writePart } from './item-parts.ts';

type Did = 'deleted' | 'nothing';

export const stepOfPrune = ({ key }: Pick<PrunedItem, 'key'>): string => stepKey({ name: pruneStep, target: key });

/** Deletes one item, if it still is as the plan says and nothing uses it; undo makes it again as it was. */
export const pruneItem = (
  parts: CreateClusterParts,
  planned: PrunedItem,
  first: readonly string[],
): Step<ApplyPlan> => ({
  name: pruneStep,
  target: planned.key,
  about: `Delete ${planned.kind} ${planned.name}`,
  after: [...first, ...planned.after.map((key) => stepOfPrune({ key }))],
  policy: applying,
  async run({ plan, mayBeDone, earlier, signal }) {
    const site = siteOf(parts, plan, signal);
    const item = openItem(parts, planned);
    const mayBeOurs = mayBeDone && earlier<{ did: Did }>()?.did !== 'nothing';
    const did = await onServer(() => remove(site, item, openLook(parts, planned), mayBeOurs));
    return { output: { did }, already: did === 'nothing' };
  },
  undo: {
    policy: returning,
    async run(context) {
      const site = siteOf(parts, context.plan, context.signal);
      const item = openItem(parts, planned);
      if (context.output<{ did: Did }>(stepOfPrune(planned))?.did === 'nothing') return;
      await untilServerCan(() => makeAgain(site, item, openLook(parts, planned), context));
    },
  },
});

const siteOf = (parts: CreateClusterParts, plan: ApplyPlan, signal: AbortSignal): ItemSite => ({
  parts,
  cluster: throughOf(plan),
  members: plan.members.map(({ name }) => name),
  signal,
});

const openLook = ({ sealer }: CreateClusterParts, { before }: PrunedItem): PrunedLook =>
  JSON.parse(sealer.open(before)) as PrunedLook; // sealed by the planner

/** Gone already is as good as deleted; whose doing it was only matters to who takes it back. */
async function remove(site: ItemSite, item: OpenItem, look: PrunedLook, mayBeOurs: boolean): Promise<Did> {
  const found = await readItem(site, item);
  if (found === null) return mayBeOurs ? 'deleted' : 'nothing';
  const { planned } = item;
  const isHalfDone = mayBeOurs && isEmptied(item, look, found.live);
  if (!isHalfDone && !(await isAsBefore(site, item, look, found.live))) {
    // What we deleted may have been made anew by somebody: neither to be deleted nor to be written over.
    throw new StepFailure(
      mayBeOurs ? 'attention' : 'permanent',
      'item_conflict',
      `${told(item)}: it is not as it was when the plan was made`,
      {
        hint: 'Plan it again: what is there now is compared anew.',
        details: { item: planned.key },
      },
    );
  }
  const users = await findUsers(site, item, found.live);
  if (users.length > 0) throw inUse(item, `used by ${users.slice(0, 3).map(nameOfUser).join(', ')}`);
  try {
    await itemKinds[planned.kind].remove(site, item);
  } catch (error) {
    throw isRefusedWith(error, 400) ? inUse(item, error.message) : error;
  }
  return 'deleted';
}

const told = ({ planned }: OpenItem): string => `${planned.kind} ${planned.name}`;

const inUse = (item: OpenItem, reason: string): StepFailure =>
  new StepFailure('permanent', 'item_in_use', `${told(item)} is not deleted: ${reason}`, {
    hint: 'Plan it again: what is used stays.',
    details: { item: item.planned.key },
  });

async function findUsers(
  { parts, cluster, signal }: ItemSite,
  { planned }: OpenItem,
  live: ItemBody,
): Promise<string[]> {
  const users = usersOf(live).filter((url) => !(planned.kind === 'project' && isOwnProfile(url, planned.name)));
  if (planned.kind !== 'network') return users;
  const network = { name: planned.name, project: planned.project, type: String(live['type']) };
  return [...users, ...(await listNetworkParts(parts.fleet.connections, cluster, network, { signal }))];
}

/** A group must be emptied before it can be deleted: one that an earlier try emptied is ours still. */
function isEmptied({ planned }: OpenItem, { values }: PrunedLook, live: ItemBody): boolean {
  if (planned.kind !== 'cluster-group') return false;
  return isDeepStrictEqual({ ...values, members: '[]' }, steadyValues(planned.kind, live));
}

/** All that it says was there before: made again by us, perhaps not to the end. */
function isBegun(item: OpenItem, look: PrunedLook, live: ItemBody): boolean {
  const said = Object.entries(steadyValues(item.planned.kind, live));
  return isEmptied(item, look, live) || said.every(([field, value]) => look.values[field] === value);
}

async function isAsBefore(site: ItemSite, item: OpenItem, look: PrunedLook, live: ItemBody): Promise<boolean> {
  if (!isDeepStrictEqual(steadyValues(item.planned.kind, live), look.values)) return false;
  return look.profile === null || isDeepStrictEqual(await readProfile(site, item), look.profile);
}

/** The profile `default` of a project, as an item. */
const profileOf = ({ planned }: OpenItem): OpenItem => ({
  planned: { ...planned, kind: 'profile', name: 'default', project: planned.name },
  wanted: {},
  perMember: null,
});

async function readProfile(site: ItemSite, item: OpenItem): Promise<Values> {
  return steadyValues('profile', (await readPart(site, profileOf(item), ''))?.body ?? {});
}

/** As it was read. What somebody else made in its place since is theirs. */
async function makeAgain(
  site: ItemSite,
  item: OpenItem,
  look: PrunedLook,
  { warn }: Pick<UndoContext<ApplyPlan>, 'warn'>,
): Promise<void> {
  const kind = itemKinds[item.planned.kind];
  const found = await readItem(site, item);
  if (found === null || found.partial) await kind.create(site, item);
  else if (!isBegun(item, look, found.live)) {
    return warn({ code: 'item_left', message: `${told(item)} was made by somebody else meanwhile and is left` });
  }
  // Seen: Incus forgets the description of a directory pool that is made from a path of its own.
  const made = await readItem(site, item);
  if (made !== null && !isDeepStrictEqual(steadyValues(item.planned.kind, made.live), look.values)) {
    await kind.update(site, item, withChanges(item.planned.kind, item.wanted, []));
  }
  if (look.profile !== null) await fillProfile(site, item, look.profile);
}

/** A new project has an empty profile `default`; one that says something already is somebody's. */
async function fillProfile(site: ItemSite, item: OpenItem, wanted: Values): Promise<void> {
  const profile = profileOf(item);
  const part = await readPart(site, profile, '');
  if (part === undefined || isDeepStrictEqual(steadyValues('profile', part.body), wanted)) return;
  const isEmpty = Object.keys(steadyValues('profile', part.body)).every((field) => field === 'description');
  if (!isEmpty) return;
  const changes = Object.entries(wanted).map(([field, after]) => ({ field, after }));
  await writePart(site, profile, '', { ...part, body: withChanges('profile', part.body, changes) });
}
