import { empty, type Handler, handle, ok } from '../../../platform/http/answer.ts';
import type { KeptPlans } from './kept-plans.service.ts';

export const planHandlers = (plans: KeptPlans): Handler[] => [
  handle('plans_list', async () => ok(await plans.list())),
  handle('plan_show', async ({ params }) => ok(await plans.load(params.id))),
  handle('plan_delete', async ({ params }) => plans.drop(params.id).then(() => empty)),
];
