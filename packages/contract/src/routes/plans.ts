import { z } from 'zod';
import { route } from '../route.ts';
import { nothing, text, wireObject } from '../wire.ts';
import { clusterCreationFaults } from './clusters.ts';
import { finding } from './finding.ts';
import { checkedClusterPost } from './preflight.ts';

const extension = 'cluster_plan';
const when = z.string().describe('RFC 3339');

export const plannedCall = z.object({
  server: z.string().describe('Who is asked'),
  method: z.enum(['PUT', 'POST', 'DELETE']),
  path: z.string().describe('With its query: /1.0/networks?project=default&target=server1'),
  body: z
    .unknown()
    .describe('Null: none. Secrets redacted; ${…} is known only then, and "...": all that is there and not named here'),
});
export type PlannedCall = z.output<typeof plannedCall>;

export const plannedChange = z.object({
  what: z.string().describe('lvm.enabled'),
  before: z.string().nullable().describe('Null: it is not there, or not set'),
  after: z.string().nullable(),
});
export type PlannedChange = z.output<typeof plannedChange>;

export const plannedStep = z.object({
  key: z.string().describe('As in the operation: name, or name/target'),
  name: z.string(),
  target: z.string().nullable(),
  about: z.string(),
  after: z.array(z.string()).describe('Keys of the steps that come before; others run beside it'),
  phase: z.enum(['preflight', 'services', 'cluster', 'application']),
  servers: z.array(z.string()).describe('Whom it changes'),
  calls: z.array(plannedCall).describe('Every call that changes something'),
  in_order: z.boolean().describe('The calls go out one after the other; false: beside each other'),
  changes: z.array(plannedChange),
  already: z.array(z.string()).describe('What is as wanted already: no call'),
  reboots: z.boolean(),
  interrupts: z.string().nullable().describe('What does not answer for how long; null: nothing'),
  undo: z.object({
    automatic: z.boolean(),
    about: z.string().describe('How it is taken back, or why not'),
    calls: z.array(plannedCall).describe('Those that are known now'),
  }),
  estimate_ms: z.number().int(),
  estimate_from: z
    .enum(['measured', 'default'])
    .describe('Median of earlier runs of this step here, or a written value'),
});
export type PlannedStep = z.output<typeof plannedStep>;

/** What a creation will do, whole: every choice is made. */
export const clusterPlan = z.object({
  id: z.string().describe('64 hex digits, made of what the plan does: the same plan has the same id'),
  cluster: z.string(),
  channel: z.string(),
  connection_url: z.string(),
  servers: z.array(z.string()).describe('The first one is bootstrapped, the others join in this order'),
  created_at: when,
  expires_at: when.describe('Until then its ids are held for it'),
  runnable: z.boolean().describe('False: a blocking finding that was not ignored'),
  findings: z.array(finding),
  ignore: z.array(z.string()).describe('Names of checks whose blocking verdict stops nothing'),
  notes: z.array(z.object({ code: z.string(), message: z.string() })).describe('Become warnings of the operation'),
  lvm_ids: z.array(z.object({ server: z.string(), id: z.number().int() })),
  mesh_id: z.number().int(),
  steps: z.array(plannedStep),
  estimate_ms: z.number().int().describe('Of the whole: steps beside each other count once'),
});
export type ClusterPlan = z.output<typeof clusterPlan>;

/** One thing that is not as it was when the plan was made; `told` is the sentence that says it to a person. */
export type PlanDifference = { what: string; before: string | null; now: string | null; told: string };

const path = '/1.0/provisioning/clusters';

export const planRoutes = {
  clusters_plan: route({
    name: 'clusters_plan',
    method: 'POST',
    path: `${path}/:plan`,
    about: 'Plan a cluster: look at everything, change nothing, and keep the plan for a day',
    access: 'can_create',
    body: checkedClusterPost,
    bodyLimit: 4 * 1024 * 1024,
    answer: clusterPlan,
    success: 200,
    faults: [...clusterCreationFaults.planning, 'check_unknown', 'check_not_ignorable', 'plans_too_many'],
    extension,
  }),
  clusters_run: route({
    name: 'clusters_run',
    method: 'POST',
    path: `${path}/:run`,
    about:
      'Run a plan, if everything is as it was then; answers when the cluster stands, or at once with "Prefer: respond-async" or wait=false',
    access: 'can_create',
    query: z.object({ wait: z.string().optional().describe('false: 202 and the operation, at once') }),
    body: wireObject({ plan: text.describe('Its id') }),
    answer: nothing,
    success: 201,
    faults: [
      'plan_not_found',
      'plan_expired',
      'plan_ran_already',
      'plan_not_runnable',
      'plan_outdated',
      ...clusterCreationFaults.running,
    ],
    extension,
  }),
};
