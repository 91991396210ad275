import type { ApplyPlanView, ClusterPlan, KeptPlan } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { CliFailure } from '../../failures/failure.ts';
import { requireExtension } from '../../require-extension.ts';

export async function listPlans(api: Api): Promise<KeptPlan[]> {
  await requireExtension(api, 'kept_plans', 'the list of plans');
  return api.ask('plans_list');
}

/** A person may shorten an id as far as it stays unique. */
export async function findPlan(api: Api, given: string): Promise<string> {
  const [found, ...others] = (await listPlans(api)).filter((plan) => plan.id.startsWith(given));
  if (others.length === 0) return found?.id ?? given;
  throw new CliFailure({
    what: `${others.length + 1} plans begin with "${given}"`,
    fix: 'Write more of the id: operations-center provisioning plan list.',
    code: 'plan_ambiguous',
  });
}

const wholeId = /^[0-9a-f]{64}$/;

/** What there is nothing to run of is said before anything is begun. One that runs is joined, so it is let pass. */
export async function findRunnablePlan(api: Api, given: string, kind: KeptPlan['kind']): Promise<string> {
  const id = wholeId.test(given) ? given : await findPlan(api, given);
  const shown = await api.call('plan_show', { params: { id } }).catch(async (error: unknown) => {
    throw await api.explain(error);
  });
  if (shown.kind === 'ok') requireKind(shown.metadata, kind);
  if (shown.kind !== 'fault') return id;
  if (shown.code === 'plan_not_found' || shown.code === 'plan_expired') api.unwrap(shown);
  const { plan } = shown.details;
  return shown.code === 'plan_ran_already' && typeof plan === 'string' ? plan : id;
}

export const isApplyPlan = (plan: ClusterPlan | ApplyPlanView): plan is ApplyPlanView => 'differences' in plan;

function requireKind(plan: ClusterPlan | ApplyPlanView, kind: KeptPlan['kind']): void {
  const isApply = isApplyPlan(plan);
  if (isApply === (kind === 'apply')) return;
  const id = plan.id.slice(0, 12);
  const command = `provisioning cluster ${isApply ? `apply ${plan.cluster}` : 'add'}`;
  throw new CliFailure({
    what: `plan ${id} ${isApply ? 'applies a file to' : 'makes'} cluster "${plan.cluster}"`,
    fix: `Run it: operations-center ${command} --run ${id}.`,
    code: 'plan_of_another_kind',
  });
}
