import { type ApplyPost, Fault } from '@operations-center/contract';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import { endpointOf } from '../../servers/server.ts';
import type { TemplateService } from '../../templates/templates.service.ts';
import type { StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import { goQuote } from '../connection-url.rules.ts';
import { refuseServerVariables } from '../creation/own-values.rules.ts';
import { requireTargets } from '../creation/read-overrides.rules.ts';
import { canonicalJson } from '../description/canonical-json.ts';
import type { StepOutline } from '../description/described-step.ts';
import { medianDurations } from '../description/durations.rules.ts';
import type { ApplyPlan, ItemProblem, LastApplied } from './apply.ts';
import { type DescribedApply, describeApply, openChanges } from './describe-apply.plan.ts';
import { preseedBefore } from './last-applied.plan.ts';
import { loadPast } from './last-applied.service.ts';
import {
  type ClusterLook,
  type LookParts,
  lookAtCluster,
  lookAtInstances,
  lookAtItems,
  lookAtServices,
} from './look-at-cluster.snapshot.ts';
import { memberProblems } from './members.rules.ts';
import { builtInsOfMembers, overridesBefore, wantedServices } from './own-values.plan.ts';
import { itemsToLookAt, type PlannedApply, planApply } from './plan-apply.plan.ts';
import { planLivingServices } from './plan-services.plan.ts';
import { lookAtCandidates } from './prune/look-at-candidates.snapshot.ts';
import { listCandidates, planPrunes, withPrunes } from './prune/plan-prunes.plan.ts';
import { type Files, readFiles } from './read-files.rules.ts';
import { type Touch, touchOf } from './touched.plan.ts';

export type ConsiderParts = ClusterParts &
  LookParts & {
    identity: { client: { fingerprint: string } };
    operations: Pick<OperationService, 'page'>;
    templates: Pick<TemplateService, 'secretTextsOf'>;
    /** The steps of the workflow for a plan. */
    outline(plan: ApplyPlan): readonly StepOutline[];
  };

type Given = Omit<Files['given'], 'services'> & { services: unknown };

export type Considered = { planned: PlannedApply; described: DescribedApply };

/** Estimates are made from so many runs, the latest ones. */
const measuredRuns = 20;

/** Looks at all that the files speak of, and makes every choice. Changes nothing. */
export function makeConsiderApply(
  parts: ConsiderParts,
): (cluster: StoredCluster, asked: ApplyPost) => Promise<Considered> {
  const { sealer, operations, servers } = parts;

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

  const open = (sealed: LastApplied['seed'] | undefined): unknown =>
    sealed === undefined ? {} : JSON.parse(sealer.open(sealed));

  const isAnother = ({ seed, services, overrides, built_ins }: Given, last: LastApplied | undefined): boolean =>
    last === undefined ||
    last.built_ins !== built_ins ||
    canonicalJson([open(last.seed), open(last.services), open(last.overrides)]) !==
      canonicalJson([seed, services, overrides]);

  return async (cluster, asked) => {
    const { last, made } = await loadPast(parts, cluster);
    const secretTexts = await parts.templates.secretTextsOf(cluster.id);
    const rows = await servers.membersOf(cluster.name);
    const members = rows.map((server) => ({ ...endpointOf(server), pins: [...endpointOf(server).pins] }));
    const names = members.map(({ name }) => name);
    const before = { overrides: open(last?.overrides), built_ins: last?.built_ins ?? false };
    const files = readFiles(asked, before, { name: cluster.name, servers: names });
    const { preseed, overrides, notes } = files;
    const given = {
      ...files.given,
      services: asked.services_config === undefined ? open(last?.services) : files.given.services,
    };
    const look = await lookAtCluster(parts, cluster.name, members);
    const { localScope, drivers } = look;
    requireTargets(overrides, preseed, localScope);
    const builtIns = builtInsOfMembers(cluster.name, members, made);
    const sides = {
      ...{ preseed, own: { overrides, ...(given.built_ins ? { builtIns } : {}) } },
      preseedBefore: preseedBefore(last, sealer),
      ownBefore: { overrides: overridesBefore(before.overrides), ...(before.built_ins ? { builtIns } : {}) },
      ...{ members, drivers, localScope, ownFingerprint: parts.identity.client.fingerprint },
    };
    const { items } = itemsToLookAt(sides);
    if (given.built_ins) for (const item of items) refuseServerVariables(item.body, item.about);
    const wanted = wantedServices(files, asked, builtIns);
    const serviceNames = [...new Set(names.flatMap((server) => wanted(server).map(({ name }) => name)))];
    const away = memberProblems(look.members, members);
    const [live, liveServices] = await orAway(cluster.name, away, () =>
      Promise.all([
        lookAtItems(parts, cluster.name, look, items),
        lookAtServices(parts, cluster.name, members, serviceNames),
      ]),
    );
    const living = planLivingServices(wanted, liveServices, sealer);
    const ask = {
      ...{ ...sides, cluster, through: look.through.name, last, live, notes },
      ...{ seed: given.seed, servicesGiven: given.services, overridesGiven: given.overrides },
      ...{ builtInsGiven: given.built_ins, services: living, take: asked.take, secretTexts },
    };
    const compared = planApply(ask, sealer);
    checkChoices(asked.take, compared);
    const keys = items.map(({ key }) => key);
    const whole = asked.prune ? await addPrunes(compared, { cluster: cluster.name, look, last, keys }) : compared;
    const isBusy = whole.plan.items.length + whole.plan.prunes.length + living.services.length > 0;
    const planned = { ...whole, problems: [...(isBusy ? away : []), ...whole.problems] };
    const described = describeApply({
      planned,
      request_digest: sealer.digest(canonicalJson(asked)),
      live,
      touches: await findTouches(planned, () => lookAtInstances(parts, cluster.name, look)),
      servicesAlready: living.already,
      remembers: isAnother(given, last),
      outline: parts.outline(planned.plan),
      durations: await measure(),
      sealer,
    });
    return { planned, described: hideTexts(described, secretTexts) };
  };
}

/** Where a member is away, what it would show cannot be read: that is why, whatever the answer says. */
async function orAway<T>(cluster: string, away: readonly ItemProblem[], look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const [first] = away;
    if (first === undefined || !(error instanceof Fault)) throw error;
    const { what, remedy } = first;
    const message = `Failed to read cluster ${goQuote(cluster)}: ${what}`;
    throw new Fault('cluster_server_unreachable', message, {
      hint: remedy,
      details: { cluster, problems: away },
      cause: error,
    });
  }
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
