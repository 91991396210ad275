import { z } from 'zod';
import { route } from '../route.ts';
import { recursion, time, urls } from '../wire.ts';

const extension = 'operations';
const when = z.string().describe('RFC 3339');
const operationStatus = z.enum([
  'queued',
  'running',
  'undoing',
  'paused',
  'needs_attention',
  'finished',
  'undone',
  'left',
]);
/** Every kind of long work; the table of workflows in the daemon has the same names. */
export const workflowNames = ['create-cluster', 'apply-configuration', 'factory-reset'] as const;
export type WorkflowName = (typeof workflowNames)[number];

const exit = z.enum(['cancel', 'retry', 'finish', 'skip', 'resume', 'undo', 'leave']);

export const operationStep = z.object({
  key: z.string().describe('name, or name/target: unique in the operation'),
  name: z.string(),
  target: z.string().nullable().describe('The server or item it is about'),
  about: z.string(),
  state: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped', 'undoing', 'undone', 'undo_failed']),
  attempt: z.number().int(),
  started_at: when.nullable().describe('Of what it does or did last: on the way back, of taking it back'),
  ended_at: when.nullable(),
  already: z.boolean().describe('Nothing had to be done: what was wanted was there already'),
});
export const operationWait = z.object({
  for: z.string(),
  since: when,
  observed: z.object({ text: z.string(), at: when }).describe('What was last seen'),
  unblocks: z.string(),
  exits: z.array(exit),
});
export const wayOut = z.object({
  exit,
  does: z.string().describe('The end of a sentence: takes back what was done, the last step first'),
  loses: z.boolean().describe('Something is given up that does not come back by itself'),
});
export const operationFailure = z.object({
  step: z.string(),
  target: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  details: z.unknown(),
});

/** Long work, told in Incus' words; what we know beyond them is in `metadata`. */
export const operation = z.object({
  id: z.string(),
  class: z.literal('task'),
  description: z.string(),
  created_at: when,
  updated_at: when,
  status: z.string().describe("Incus' word: Pending, Running, Cancelling, Frozen, Error, Success, Failure, Cancelled"),
  status_code: z.number().int().describe('Below 200: not over'),
  resources: z.record(z.string(), urls).describe('What it holds while it is open: URLs of clusters and servers'),
  metadata: z.object({
    workflow: z.string(),
    version: z.number().int(),
    status: operationStatus,
    requested_by: z.string().nullable(),
    steps: z.array(operationStep).describe('In the order in which they are planned'),
    waits: z.array(operationWait).describe('What it waits for; never empty while it is open'),
    direction: z
      .enum(['forward', 'back'])
      .describe('Towards its goal, or back to how things were; retry and resume go on in it'),
    exits: z.array(exit).describe('The ways out that a person has now'),
    ways_out: z.array(wayOut).describe('The same, with what each means now'),
    failure: operationFailure.nullable().describe('What decides now: what needs a person, else what made it turn back'),
    first_failure: operationFailure.nullable().describe('Where `failure` is another: what made it turn back'),
    warnings: z.array(z.object({ step: z.string(), code: z.string(), message: z.string() })),
  }),
  may_cancel: z.boolean(),
  err: z.string().describe('Empty, or what went wrong: server, step, cause'),
  location: z.string().describe('Always empty: an operation belongs to no one daemon'),
});
export type Operation = z.output<typeof operation>;
export const operationJournalLine = z.object({
  seq: z.number().int().describe('From 1, without gaps'),
  at: when,
  step: z.string().describe('Key of the step: name or name/target'),
  event: z.enum(['started', 'succeeded', 'failed', 'skipped', 'undo_started', 'undone', 'undo_failed', 'reopened']),
  attempt: z.number().int(),
  text: z.string().describe('Cause of a failure, warnings; empty where there is nothing to add'),
});
export type OperationJournalLine = z.output<typeof operationJournalLine>;
export type OperationFailure = z.output<typeof operationFailure>;
export type OperationStep = z.output<typeof operationStep>;
export type OperationWait = z.output<typeof operationWait>;
export type OperationWayOut = z.output<typeof wayOut>;
export type OperationExit = z.output<typeof exit>;

/** Whether the servers of an operation could be reset to factory state. */
export const factoryResetVerdict = z.object({
  possible: z.boolean().describe('Every condition holds for every server that was not reset yet'),
  servers: z.array(
    z.object({
      name: z.string(),
      possible: z.boolean(),
      because: z
        .array(z.object({ condition: z.string(), because: z.string() }))
        .describe('The conditions that do not hold, read just now; empty: it may be reset'),
      reset: z
        .object({ operation: z.string(), at: when })
        .nullable()
        .describe('The reset that this server has had as a way out of this operation'),
    }),
  ),
});
export type FactoryResetVerdict = z.output<typeof factoryResetVerdict>;

const path = '/1.0/operations';

const leave = <const Verb extends z.output<typeof exit>>(verb: Verb, about: string, announcedAs = extension) =>
  route({
    name: `operation_${verb}` as const,
    method: 'POST',
    path: `${path}/{id}/:${verb}` as const,
    about,
    access: 'can_edit',
    answer: operation,
    success: 200,
    faults: ['operation_not_found', 'operation_exit_not_possible'],
    extension: announcedAs,
  });

export const operationRoutes = {
  operations_list: route({
    name: 'operations_list',
    method: 'GET',
    path,
    about:
      'List the operations, newest first, grouped by status as Incus does it (running, success, failure …); the header Link has the URL of the next page',
    access: 'can_view',
    query: z.object({
      recursion,
      open: z.enum(['true', 'false']).optional().describe('Only those that are not over, or only those that are'),
      status: operationStatus.optional().describe('Only those with this status, as in metadata.status'),
      cluster: z.string().optional().describe('Only those about this cluster'),
      server: z.string().optional().describe('Only those about this server'),
      since: time.optional().describe('Only those submitted then or later: RFC 3339'),
      workflow: z
        .string()
        .optional()
        .describe(`Only this kind: ${workflowNames.join(', ')}`),
      claim: z.string().optional().describe('Only those that hold or held this: cluster/NAME or server/NAME'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(1000)
        .default(1000)
        .describe('At most so many; a page may be shorter and not the last'),
      cursor: z.string().max(200).optional().describe('Where the list goes on, from the header Link'),
    }),
    answer: z.record(z.string(), z.union([urls, z.array(operation)])),
    success: 200,
    faults: ['query_invalid'],
    extension,
  }),
  operation_show: route({
    name: 'operation_show',
    method: 'GET',
    path: `${path}/{id}`,
    about: 'Show an operation: its steps, what it waits for, the ways out',
    access: 'can_view',
    answer: operation,
    success: 200,
    faults: ['operation_not_found'],
    extension,
  }),
  operation_wait: route({
    name: 'operation_wait',
    method: 'GET',
    path: `${path}/{id}/wait`,
    about: 'Answer when the operation is over or needs a person, or when the time is up',
    access: 'can_view',
    query: z.object({
      timeout: z.coerce.number().int().min(-1).max(86_400).default(-1).describe('Seconds; -1: no limit'),
    }),
    answer: operation,
    success: 200,
    faults: ['operation_not_found', 'query_invalid', 'shutting_down'],
    extension,
  }),
  operation_factory_reset: route({
    name: 'operation_factory_reset',
    method: 'GET',
    path: `${path}/{id}/factory-reset`,
    about: 'Whether a factory reset of its servers is a way out of an operation that stands still; changes nothing',
    access: 'can_view',
    answer: factoryResetVerdict,
    success: 200,
    faults: ['operation_not_found', 'operation_exit_not_possible'],
    extension,
  }),
  operation_reset_server: route({
    name: 'operation_reset_server',
    method: 'POST',
    path: `${path}/{id}/factory-reset`,
    about:
      'Reset one server of an operation that cannot take back what it did: all on its system disk is lost, and it registers anew; answers with the operation that does it',
    access: 'can_edit',
    body: z.strictObject({ server: z.string().describe('One of the servers of the operation') }),
    answer: operation,
    success: 202,
    faults: [
      'operation_not_found',
      'operation_exit_not_possible',
      'operation_in_progress',
      'server_not_found',
      'factory_reset_not_possible',
    ],
    extension: 'operation_factory_reset',
  }),
  operation_journal: route({
    name: 'operation_journal',
    method: 'GET',
    path: `${path}/{id}/journal`,
    about: 'What happened to each step of an operation, in order',
    access: 'can_view',
    query: z.object({
      after: z.coerce.number().int().min(0).default(0).describe('Only what came after this record'),
      limit: z.coerce.number().int().min(1).max(1000).default(1000),
    }),
    answer: z.array(operationJournalLine),
    success: 200,
    faults: ['operation_not_found', 'query_invalid'],
    extension: 'operation_journal',
  }),
  operation_cancel: leave('cancel', 'End the operation at its next step boundary and take back what it did'),
  operation_retry: leave(
    'retry',
    'Try again what failed, in the direction of the operation: forward from that step, or back where taking back failed',
  ),
  operation_finish: leave(
    'finish',
    'From a way back that asks, go forward again: what was taken back, and all that follows it, counts as not done and is run again',
    'operation_finish',
  ),
  operation_skip: leave('skip', 'Go on without the failed steps that allow it'),
  operation_resume: leave('resume', 'Go on with an operation that is paused'),
  operation_undo: leave('undo', 'Take back what the operation did'),
  operation_leave: leave('leave', 'Leave everything as it stands and forget the operation'),
};
