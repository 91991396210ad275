import { z } from 'zod';
import { route } from '../route.ts';
import { flag, nothing, text, wireObject } from '../wire.ts';
import { plannedStep } from './plans.ts';

const extension = 'cluster_apply';
const when = z.string().describe('RFC 3339');
const side = z.enum(['file', 'live']);
const value = z.string().nullable().describe('Null: it is not there. Secrets redacted');

export const applyDifference = z.object({
  kind: z.enum(['conflict', 'drift']).describe('Others changed it since it was applied; a conflict: the file did, too'),
  item: z.string().describe('Key of the item: profile/default/web'),
  name: z.string().describe('What `take` calls it: profile/default/web:limits.cpu'),
  field: z.string(),
  applied: value.describe('As it was applied last'),
  file: value,
  live: value,
  taken: side.nullable().describe('Null: a person must choose'),
});
export type ApplyDifference = z.output<typeof applyDifference>;

/** What applying a file to a living cluster will do, whole: every choice is made. */
export const applyPlan = z.object({
  id: z.string().describe('64 hex digits, made of what the plan does: the same plan has the same id'),
  cluster: z.string(),
  servers: z.array(z.string()),
  created_at: when,
  expires_at: when,
  runnable: z.boolean().describe('False: a conflict nobody chose in, or something that Incus would refuse'),
  remembers: z.boolean().describe('The file is another than the one applied before, even if nothing is to change'),
  steps: z.array(plannedStep).describe('One an item that is made, changed or deleted; what is as wanted has none'),
  already: z.array(z.string()).describe('Keys of the items that are as wanted already'),
  services_already: z.array(z.string()).describe('lvm on server1'),
  left: z.array(z.string()).describe('Keys of the items that the file has no longer; they stay'),
  kept: z
    .array(z.object({ item: z.string(), why: z.string(), used_by: z.array(z.string()) }))
    .describe('With `prune`: why those stay, and the URLs of what uses them'),
  differences: z.array(applyDifference),
  problems: z
    .array(z.object({ item: z.string(), what: z.string(), remedy: z.string() }))
    .describe('What Incus would refuse'),
  touches: z
    .array(
      z.object({
        item: z.string(),
        how: z.string(),
        instances: z.array(
          z.object({ name: z.string(), project: z.string(), member: z.string(), running: z.boolean() }),
        ),
      }),
    )
    .describe('Instances that use what is changed'),
  notes: z.array(z.object({ code: z.string(), message: z.string() })).describe('Become warnings of the operation'),
  estimate_ms: z.number().int(),
});
export type ApplyPlanView = z.output<typeof applyPlan>;

const applyPost = wireObject({
  application_seed_config: z.record(z.string(), z.unknown()).describe("Incus' preseed, without our defaults"),
  services_config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The config of IncusOS services, by name; on living members only what takes nothing away'),
  server_overrides: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What single servers get otherwise, as at a creation; without it those that were given last hold'),
  builtin_variables: z
    .boolean()
    .optional()
    .describe('Resolve @SERVER_NAME@ and the like in the files; without it as the last time'),
  allow_unknown: flag.describe('Let pass, with a warning, what a newer IncusOS or Incus may have'),
  prune: flag.describe(
    'Delete what earlier files spoke of and this one does not, if we made it, nobody changed it, and nothing uses it',
  ),
  take: z
    .record(z.string().max(500), side)
    .default({})
    .describe('Which side is taken where others changed something: by name, by item, or under "" for all'),
});
export type ApplyPost = z.output<typeof applyPost>;

const path = '/1.0/provisioning/clusters/{name}';

export const applyRoutes = {
  cluster_apply_plan: route({
    name: 'cluster_apply_plan',
    method: 'POST',
    path: `${path}/:apply-plan`,
    about: 'Plan how a living cluster becomes as a changed file says; change nothing, and keep the plan for a day',
    access: 'can_edit',
    body: applyPost,
    bodyLimit: 4 * 1024 * 1024,
    answer: applyPlan,
    success: 200,
    faults: [
      'cluster_not_found',
      'cluster_not_ready',
      'application_config_invalid',
      'services_config_invalid',
      'server_overrides_invalid',
      'cluster_server_unreachable',
      'apply_choice_unknown',
    ],
    extension,
  }),
  cluster_apply_run: route({
    name: 'cluster_apply_run',
    method: 'POST',
    path: `${path}/:apply-run`,
    about:
      'Run such a plan, if everything is as it was then; answers when it is done, or at once with "Prefer: respond-async" or wait=false',
    access: 'can_edit',
    query: z.object({ wait: z.string().optional().describe('false: 202 and the operation, at once') }),
    body: wireObject({ plan: text.describe('Its id') }),
    answer: nothing,
    success: 201,
    faults: [
      'cluster_not_found',
      'cluster_not_ready',
      'cluster_server_unreachable',
      'apply_plan_not_found',
      'plan_expired',
      'plan_ran_already',
      'apply_not_runnable',
      'plan_outdated',
      'operation_in_progress',
      'apply_failed',
      'apply_ended',
      'shutting_down',
    ],
    extension,
  }),
};
