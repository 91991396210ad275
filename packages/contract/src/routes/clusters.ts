import { z } from 'zod';
import type { FaultCode } from '../faults.ts';
import { route } from '../route.ts';
import { empty, flag, nothing, recursion, storedConfigMap, text, urls, wireObject } from '../wire.ts';

const rollingRestart = z.object({
  post_restore_delay: z.string().describe('A duration such as 15m, or empty'),
  restore_mode: z.string().describe('Empty, or skip'),
});
const memberList = z.array(z.string()).optional();

/** A cluster of Incus servers, as it is answered. */
export const cluster = z.object({
  connection_url: z.string().describe('For people: where the cluster is reached'),
  channel: z.string().describe('Update channel of the cluster and its servers'),
  description: z.string(),
  properties: z.record(z.string(), z.string()).nullable(),
  config: z.object({ rolling_restart: rollingRestart }),
  name: z.string(),
  certificate: z.string().describe('PEM; empty until the cluster has one'),
  fingerprint: z.string().describe('SHA-256 of the certificate'),
  status: z.enum(['unknown', 'pending', 'ready']),
  update_status: z.object({
    needs_update: memberList,
    needs_reboot: memberList,
    in_maintenance: memberList,
    in_progress_status: z.object({
      in_progress: z.string(),
      error: z.string(),
      status_description: z.string().optional(),
      evacuated_before: z.array(z.string()).nullable(),
      pending_reboot: z.array(z.string()).nullable(),
      last_updated: z.string(),
    }),
  }),
  last_updated: z.string(),
});
export type Cluster = z.output<typeof cluster>;

export const serverTypes = ['incus', 'incus-lts-7.0', 'migration-manager', 'operations-center'] as const;

const restartWish = wireObject({ post_restore_delay: text, restore_mode: text });
const put = {
  connection_url: text,
  channel: text.describe('Empty on creation: the default channel for servers'),
  description: text,
  properties: storedConfigMap,
  config: wireObject({ rolling_restart: restartWish.default({ post_restore_delay: '', restore_mode: '' }) }).default({
    rolling_restart: { post_restore_delay: '', restore_mode: '' },
  }),
};
const serverType = text.refine(
  (value) => value === '' || value === 'unknown' || serverTypes.some((type) => type === value),
  {
    error: (issue) => `"${String(issue.input).slice(0, 80)}" is not a valid server type`,
  },
);
const anyMap = z.record(z.string(), z.unknown()).default({});

/** What a cluster is made of; a plan is asked for with the same fields. */
export const clusterPostFields = {
  name: text,
  ...put,
  server_names: z
    .array(z.string())
    .default([])
    .describe('The first one is bootstrapped, the others join in this order'),
  server_type: serverType.describe(serverTypes.join(', ')),
  services_config: anyMap.describe('The config of each IncusOS service, by its name'),
  application_seed_config: anyMap.describe("Incus' preseed"),
  strict: flag.describe('Refuse what is otherwise a warning: unknown fields, values out of range'),
  allow_unknown: flag.describe('When strict: let pass, with a warning, what a newer IncusOS or Incus may have'),
  cluster_template: text,
  cluster_template_variable_values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Values of its variables, by name'),
  server_overrides: anyMap.describe(
    'What single servers get otherwise, by server: services, storage_pools and networks with keys of single members. OC has no such field',
  ),
  builtin_variables: z
    .boolean()
    .default(false)
    .describe('Resolve @SERVER_NAME@ and the other built-in variables also without a template. OC has no such field'),
};
const clusterPost = wireObject(clusterPostFields);
export type ClusterPost = z.output<typeof clusterPost>;

const path = '/1.0/provisioning/clusters';
const invalid = ['name_invalid', 'cluster_invalid', 'channel_unknown'] as const;

/** How a creation is refused while it is planned, and once it runs. */
export const clusterCreationFaults = {
  planning: [
    ...invalid,
    'application_config_invalid',
    'services_config_invalid',
    'service_unknown',
    'server_overrides_invalid',
    'cluster_exists',
    'cluster_template_not_found',
    'cluster_template_values_invalid',
    'cluster_template_result_invalid',
    'server_not_found',
    'cluster_server_repeated',
    'cluster_server_taken',
    'cluster_server_not_ready',
    'cluster_server_unsuitable',
    'cluster_server_unreachable',
    'lvm_ids_exhausted',
  ],
  running: ['operation_in_progress', 'cluster_create_failed', 'cluster_create_ended', 'shutting_down'],
} as const satisfies Record<string, readonly FaultCode[]>;

export const clusterRoutes = {
  clusters_list: route({
    name: 'clusters_list',
    method: 'GET',
    path,
    about: 'List the clusters',
    access: 'can_view',
    query: z.object({
      recursion,
      filter: z.string().optional().describe('Only clusters for which this expression is true'),
    }),
    answer: z.union([urls, z.array(cluster)]),
    success: 200,
    faults: ['filter_invalid', 'filter_failed'],
  }),
  clusters_create: route({
    name: 'clusters_create',
    method: 'POST',
    path,
    about: 'Make a cluster of servers; answers when it stands, or at once with "Prefer: respond-async" or wait=false',
    access: 'can_create',
    query: z.object({ wait: z.string().optional().describe('false: 202 and the operation, at once') }),
    body: clusterPost,
    bodyLimit: 4 * 1024 * 1024,
    answer: nothing,
    success: 201,
    faults: [...clusterCreationFaults.planning, 'cluster_preflight_failed', ...clusterCreationFaults.running],
  }),
  cluster_show: route({
    name: 'cluster_show',
    method: 'GET',
    path: `${path}/{name}`,
    about: 'Show a cluster',
    access: 'can_view',
    answer: cluster,
    success: 200,
    faults: ['cluster_not_found'],
  }),
  cluster_update: route({
    name: 'cluster_update',
    method: 'PUT',
    path: `${path}/{name}`,
    about: 'Replace what can be set of a cluster',
    access: 'can_edit',
    body: wireObject(put),
    answer: nothing,
    success: 201,
    faults: ['cluster_not_found', 'etag_mismatch', 'cluster_not_ready', ...invalid],
  }),
  cluster_rename: route({
    name: 'cluster_rename',
    method: 'POST',
    path: `${path}/{name}`,
    about: 'Rename a cluster',
    access: 'can_edit',
    body: wireObject({ name: text }),
    answer: nothing,
    success: 201,
    faults: [
      'cluster_not_found',
      'etag_mismatch',
      'name_invalid',
      'cluster_exists',
      'cluster_not_ready',
      'operation_in_progress',
    ],
  }),
  cluster_delete: route({
    name: 'cluster_delete',
    method: 'DELETE',
    path: `${path}/{name}`,
    about:
      'Delete a cluster: one that is being made is taken back; mode=force forgets it and leaves the servers as they are',
    access: 'can_delete',
    query: z.object({
      mode: z.string().optional().describe('normal, force or factory-reset'),
      wait: z
        .string()
        .optional()
        .describe(
          'false (or "Prefer: respond-async"): of a creation that is taken back, 202 and its operation, at once',
        ),
    }),
    answer: empty,
    success: 200,
    faults: [
      'cluster_not_found',
      'cluster_delete_refused',
      'factory_reset_not_built',
      'operation_in_progress',
      'query_invalid',
    ],
  }),
  cluster_resync_inventory: route({
    name: 'cluster_resync_inventory',
    method: 'POST',
    path: `${path}/{name}/:resync-inventory`,
    about: 'Read the inventory of a cluster now',
    access: 'can_edit',
    answer: empty,
    success: 200,
    faults: ['cluster_not_found', 'cluster_not_ready', 'cluster_inventory_failed'],
  }),
};
