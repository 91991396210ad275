import { type Step, StepFailure, stepKey } from '@operations-center/workflow';
import { isRefusedWith } from '../../../fleet/fleet-failure.ts';
import { compareLive } from '../plan/item-compare.plan.ts';
import { type ItemBody, type OpenItem, openItem } from '../plan/open-item.ts';
import { type CreateClusterPlan, firstOf, namesOf, type PlannedItem } from '../plan/plan.ts';
import { type ClusterIdentity, clusterEndpoint } from './endpoints.ts';
import type { FreshLook } from './fresh-look.ts';
import type { ItemSite, ItemsBefore } from './item.ts';
import { itemKinds } from './item-kinds.ts';
import type { CreateClusterParts } from './parts.ts';
import { comesWithItsProject } from './plain-items.ts';
import { applying, returning } from './policies.ts';
import { onServer, untilServerCan } from './step-failure.ts';

const name = 'apply-application-config';

export const stepOfItem = (item: PlannedItem): string => stepKey({ name, target: item.key });

type Did = { did: 'created' | 'updated' | 'nothing' };

/** Brings one item of the application configuration to what is wanted: observe, compare, then make, change or nothing. */
export const applyItem = (
  parts: CreateClusterParts,
  looks: FreshLook,
  planned: PlannedItem,
): Step<CreateClusterPlan> => ({
  name,
  target: planned.key,
  about: `Apply ${planned.kind} ${planned.name}`,
  after: ['adopt', ...planned.after.map((key) => stepKey({ name, target: key }))],
  policy: applying,
  async run({ plan, attempt, output, earlier, signal }) {
    const site = siteOf(parts, plan, output(`bootstrap/${firstOf(plan).name}`), signal);
    const item = openItem(parts, planned);
    // An earlier try may have made it and died before it could say so: then it is ours to take back. Where the operation
    // has turned back since, that try said whose it is.
    const wasAbsent = output<ItemsBefore>('adopt').before[planned.key] === null;
    const isOurs = (earlier<Did>()?.did ?? 'created') === 'created';
    const mayBeOurs = wasAbsent && isOurs && (attempt > 1 || comesWithItsProject(planned));
    const did = await onServer(() => bring(site, item, mayBeOurs));
    return { output: { did: mayBeOurs ? 'created' : did } satisfies Did, already: did === 'nothing' };
  },
  undo: {
    policy: returning,
    async run(context) {
      const { plan, output, signal } = context;
      const identity = output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
      const before = output<ItemsBefore>('adopt')?.before[planned.key];
      // Without these two nothing was ever asked of the cluster.
      if (identity === undefined || before === undefined) return;
      // Made by somebody else after the cluster stood: not ours to take away. Without an output the step was interrupted.
      const did = output<Did>(stepOfItem(planned))?.did;
      if (before === null && did !== undefined && did !== 'created') return;
      const site = siteOf(parts, plan, identity, signal);
      const item = openItem(parts, planned);
      await untilServerCan(async () => {
        await looks.atCluster(context, identity, firstOf(plan));
        const was = before === null ? null : (JSON.parse(parts.sealer.open(before)) as ItemBody);
        await takeBack(site, item, was, did).catch((error: unknown) => {
          // Seen: Incus takes it for the last one after members were away. The restore takes back all that it trusts.
          if (planned.kind !== 'certificate' || !isRefusedWith(error, 400)) throw error;
          context.warn({ code: 'certificate_kept', message: `certificate ${planned.name} is left to the restore` });
        });
      });
    },
  },
});

const siteOf = (
  parts: CreateClusterParts,
  plan: CreateClusterPlan,
  identity: ClusterIdentity,
  signal: AbortSignal,
): ItemSite => ({
  parts,
  cluster: clusterEndpoint(plan, identity),
  members: namesOf(plan),
  signal,
});

/** What was to be made and is there, not by us, is somebody else's by now: the plan did not choose to change it. */
async function bring(site: ItemSite, item: OpenItem, mayBeOurs: boolean): Promise<'created' | 'updated' | 'nothing'> {
  const kind = itemKinds[item.planned.kind];
  const found = await kind.read(site, item);
  if (found === null || found.partial) {
    await kind.create(site, item);
    return 'created';
  }
  const comparison = compareLive(item, found.live);
  if (comparison.state === 'equal') return 'nothing';
  if (comparison.state === 'conflict') throw conflict(item, comparison.reason);
  if (item.planned.action === 'create' && !mayBeOurs) {
    const [change] = comparison.changes;
    throw conflict(item, `somebody made it meanwhile, and differently (${change?.field ?? 'it is not the same'})`);
  }
  await kind.update(site, item, comparison.body);
  return 'updated';
}

const conflict = (item: OpenItem, reason: string): StepFailure =>
  new StepFailure('permanent', 'item_conflict', `${item.planned.kind} ${item.planned.name}: ${reason}`, {
    hint: 'Change the application configuration, or what is on the cluster, so that they agree.',
    details: { item: item.planned.key },
  });

/** What was not there before goes away; what was there gets back what it was. */
async function takeBack(
  site: ItemSite,
  item: OpenItem,
  before: ItemBody | null,
  did: Did['did'] | undefined,
): Promise<void> {
  const kind = itemKinds[item.planned.kind];
  const found = await kind.read(site, item);
  if (found === null) return;
  if (before !== null) return kind.update(site, item, before);
  // Nobody wrote down that we made it: only what looks as we would have made it is ours.
  const isOurs = did === 'created' || found.partial || comesWithItsProject(item.planned);
  if (!isOurs && compareLive(item, found.live).state !== 'equal') throw notOurs(item);
  await kind.remove(site, item);
}

const notOurs = ({ planned }: OpenItem): StepFailure =>
  new StepFailure('attention', 'item_not_ours', `${planned.kind} ${planned.name} was made by somebody else meanwhile`, {
    hint: 'Move what must be kept and delete it on the cluster, then retry; or leave the servers as they are.',
    details: { item: planned.key },
  });
