import { type ApplyPost, Fault } from '@operations-center/contract';
import { normalisePreseed, normaliseServices, type Preseed, type ServicesConfig } from '@operations-center/documents';
import type { OperationService } from '../../operations/operations.service.ts';
import { endpointOf } from '../../servers/server.ts';
import type { StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { applicationInvalid, servicesInvalid } from '../creation/create-request.rules.ts';
import { canonicalJson } from '../description/canonical-json.ts';
import type { StepOutline } from '../description/described-step.ts';
import { medianDurations } from '../description/durations.rules.ts';
import { findApplied, findInputs } from './apply.store.ts';
import type { ApplyPlan, LastApplied } from './apply.ts';
import { type DescribedApply, describeApply, openChanges } from './describe-apply.plan.ts';
import { appliedByCreation, preseedBefore } from './last-applied.plan.ts';
import {
  type ClusterLook,
  type LookParts,
  lookAtCluster,
  lookAtInstances,
  lookAtItems,
  lookAtServices,
} from './look-at-cluster.snapshot.ts';
import { memberProblems } from './members.rules.ts';
import { itemsToLookAt, type PlannedApply, planApply } from './plan-apply.plan.ts';
import { planLivingServices } from './plan-services.plan.ts';
import { lookAtCandidates } from './prune/look-at-candidates.snapshot.ts';
import { listCandidates, planPrunes, withPrunes } from './prune/plan-prunes.plan.ts';
import { type Touch, touchOf } from './touched.plan.ts';

export type ConsiderParts = ClusterParts &
  LookParts & {
    identity: { client: { fingerprint: string } };
    operations: Pick<OperationService, 'page'>;
    /** The steps of the workflow for a plan. */
    outline(plan: ApplyPlan): readonly StepOutline[];
  };

export type Considered = { planned: PlannedApply; described: DescribedApply };

/** Estimates are made from so many runs, the latest ones. */
const measuredRuns = 20;

/** Looks at all that the files speak of, and makes every choice. Changes nothing. */
export function makeConsiderApply(
  parts: ConsiderParts,
): (cluster: StoredCluster, asked: ApplyPost) => Promise<Considered> {
  const { database, sealer, operations, servers } = parts;

  async function loadLast(cluster: StoredCluster): Promise<LastApplied | undefined> {
    const row = await findApplied(database.read, cluster.id);
    if (row !== undefined) return JSON.parse(row.applied) as LastApplied; // written by the workflow
    const inputs = await findInputs(database.read, cluster.id);
    return inputs === undefined ? undefined : appliedByCreation(inputs, sealer);
  }

  async function findTouches({ plan }: PlannedApply, look: () => ReturnType<typeof lookAtInstances>): Promise<Touch[]> {
    const changed = plan.items.filter(({ action }) => action === 'change');
    if (changed.length === 0) return [];
    const instances = await look();
    return changed.flatMap((item) => touchOf(item, openChanges(item, sealer), instances) ?? []);
  }

  async function measure() {
    const runs = await operations.page({ workflow: 'apply-configuration', open: false, limit: measuredRuns });
    return medianDurations(runs.items);
  }

  /** What the file has no longer goes, if nothing speaks against it. */
  async function addPrunes(
    compared: PlannedApply,
    {
      cluster,
      look,
      last,
      keys,
    }: { cluster: string; look: ClusterLook; last: LastApplied | undefined; keys: string[] },
  ): Promise<PlannedApply> {
    const candidates = listCandidates(last, keys);
    const found = await lookAtCandidates(parts, cluster, look, candidates);
    const ownFingerprint = parts.identity.client.fingerprint;
    return withPrunes(compared, planPrunes({ candidates, last, look: found, ownFingerprint }, sealer));
  }

  const servicesBefore = (last: LastApplied | undefined): unknown =>
    last === undefined ? {} : JSON.parse(sealer.open(last.services));

  const isAnother = (asked: ApplyPost, last: LastApplied | undefined): boolean =>
    last === undefined ||
    canonicalJson(JSON.parse(sealer.open(last.seed))) !== canonicalJson(asked.application_seed_config) ||
    canonicalJson(servicesBefore(last)) !== canonicalJson(asked.services_config ?? servicesBefore(last));

  return async (cluster, asked) => {
    const { preseed, services, notes } = readFiles(asked);
    const last = await loadLast(cluster);
    const rows = await servers.membersOf(cluster.name);
    const members = rows.map((server) => ({ ...endpointOf(server), pins: [...endpointOf(server).pins] }));
    const look = await lookAtCluster(parts, cluster.name, members);
    const { localScope, drivers } = look;
    const around = { members, drivers, localScope, ownFingerprint: parts.identity.client.fingerprint };
    const before = preseedBefore(last, sealer);
    const { items } = itemsToLookAt({ preseed, preseedBefore: before, ...around });
    const names = services.map(({ name }) => name);
    const [live, liveServices] = await Promise.all([
      lookAtItems(parts, cluster.name, look, items),
      lookAtServices(parts, cluster.name, members, names),
    ]);
    const living = planLivingServices(services, liveServices, sealer);
    const ask = {
      ...{ ...around, cluster, through: look.through.name, preseed, preseedBefore: before, last, live, notes },
      ...{
        seed: asked.application_seed_config,
        servicesGiven: asked.services_config ?? servicesBefore(last),
        services: living,
      },
      take: asked.take,
    };
    const compared = planApply(ask, sealer);
    checkChoices(asked.take, compared);
    const keys = items.map(({ key }) => key);
    const whole = asked.prune ? await addPrunes(compared, { cluster: cluster.name, look, last, keys }) : compared;
    const isBusy = whole.plan.items.length + whole.plan.prunes.length + living.services.length > 0;
    const away = isBusy ? memberProblems(look.members, members) : [];
    const planned = { ...whole, problems: [...away, ...whole.problems] };
    const described = describeApply({
      planned,
      request_digest: sealer.digest(canonicalJson(asked)),
      live,
      touches: await findTouches(planned, () => lookAtInstances(parts, cluster.name, look)),
      servicesAlready: living.already,
      remembers: isAnother(asked, last),
      outline: parts.outline(planned.plan),
      durations: await measure(),
      sealer,
    });
    return { planned, described };
  };
}

type Files = { preseed: Preseed; services: ServicesConfig; notes: { code: string; message: string }[] };

function readFiles({ application_seed_config, services_config, allow_unknown }: ApplyPost): Files {
  const strictly = { strict: true, allowUnknown: allow_unknown };
  const preseed = normalisePreseed(application_seed_config, undefined, strictly);
  if (!preseed.ok) throw applicationInvalid(preseed.problems);
  // Which services there are is asked of the servers.
  const services = normaliseServices(services_config ?? {}, undefined, { ...strictly, anyService: true });
  if (!services.ok) throw servicesInvalid(services.problems, '');
  const notes = [...preseed.warnings, ...services.warnings].map(({ code, path, message }) => ({
    code,
    message: path === '' ? message : `${path}: ${message}`,
  }));
  return { preseed: preseed.value, services: services.value, notes };
}

/** A choice for what does not differ is a slip of the pen. */
function checkChoices(take: ApplyPost['take'], { differences }: PlannedApply): void {
  const names = new Set(differences.flatMap(({ item, name }) => [item, name]));
  const unknown = Object.keys(take).find((name) => name !== '' && !names.has(name));
  if (unknown === undefined) return;
  const there = differences.length === 0 ? 'nothing differs' : `these differ: ${[...names].join(', ')}`;
  throw new Fault('apply_choice_unknown', `"${unknown}" is none of what file and cluster differ in; ${there}`, {
    details: { name: unknown, names: [...names] },
  });
}
