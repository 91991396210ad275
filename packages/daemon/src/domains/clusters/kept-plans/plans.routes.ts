import type { KeptPlan } from '@operations-center/contract';
import { empty, type Handler, handle, ok } from '../../../platform/http/answer.ts';
import type { ClusterPlans } from './cluster-plans.service.ts';
import type { LivePlan } from './plans.store.ts';

export const planHandlers = (plans: Pick<ClusterPlans, 'list' | 'load' | 'drop'>): Handler[] => [
  handle('plans_list', async () => ok((await plans.list()).map(toKept))),
  handle('plan_show', async ({ params }) => ok(await plans.load(params.id))),
  handle('plan_delete', async ({ params }) => plans.drop(params.id).then(() => empty)),
];

const toKept = ({ created_at, expires_at, ...plan }: LivePlan): KeptPlan => ({
  ...plan,
  created_at: new Date(created_at).toISOString(),
  expires_at: new Date(expires_at).toISOString(),
});
