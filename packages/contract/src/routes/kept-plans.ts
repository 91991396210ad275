import { z } from 'zod';
import { route } from '../route.ts';
import { empty } from '../wire.ts';
import { applyPlan } from './apply.ts';
import { clusterPlan } from './plans.ts';

const when = z.string().describe('RFC 3339');

/** A plan that waits to be run, in a list. */
export const keptPlan = z.object({
  id: z.string(),
  kind: z.enum(['create', 'apply']).describe('Of making a cluster, or of applying a file to one that lives'),
  cluster: z.string(),
  requested_by: z.string(),
  created_at: when,
  expires_at: when,
});
export type KeptPlan = z.output<typeof keptPlan>;

const path = '/1.0/provisioning/plans';
const extension = 'kept_plans';

export const keptPlanRoutes = {
  plans_list: route({
    name: 'plans_list',
    method: 'GET',
    path,
    about:
      'List the plans that can still be run, the oldest first; one of a creation holds its ids of lvm and mesh until then',
    access: 'can_view',
    answer: z.array(keptPlan),
    success: 200,
    faults: [],
    extension,
  }),
  plan_show: route({
    name: 'plan_show',
    method: 'GET',
    path: `${path}/{id}`,
    about: 'Show a plan that can still be run',
    access: 'can_view',
    answer: z.union([clusterPlan, applyPlan]),
    success: 200,
    faults: ['plan_not_found', 'plan_ran_already', 'plan_expired'],
    extension,
  }),
  plan_delete: route({
    name: 'plan_delete',
    method: 'DELETE',
    path: `${path}/{id}`,
    about: 'Drop a plan that was not run: its ids are free again',
    access: 'can_delete',
    answer: empty,
    success: 200,
    faults: ['plan_not_found', 'plan_ran_already', 'plan_expired'],
    extension,
  }),
};
