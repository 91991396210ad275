import { z } from 'zod';
import { route } from '../route.ts';
import { wireObject } from '../wire.ts';
import { clusterPostFields } from './clusters.ts';
import { finding } from './finding.ts';

const count = z.number().int();

/** What all checks of a creation say. */
export const preflight = z.object({
  cluster: z.string(),
  checks: z
    .array(z.object({ name: z.string(), group: z.string(), title: z.string() }))
    .describe('Every check there is, in the order of the catalogue'),
  findings: z.array(finding).describe('In the order of the catalogue; a check may have several, of different servers'),
  summary: z.object({
    ok: count.describe('Findings, not checks; so below'),
    warning: count,
    blocking: count.describe('With those that are ignored'),
    skipped: count,
    ignored: count,
    servers: count,
    ms: count.describe('How long it took'),
  }),
  blocked: z.boolean().describe('Something blocks that is not ignored: a creation would be refused'),
});
export type Preflight = z.output<typeof preflight>;

/** A creation that may go on in spite of some checks. */
export const checkedClusterPost = wireObject({
  ...clusterPostFields,
  strict: z
    .boolean()
    .default(true)
    .describe(clusterPostFields.strict.description ?? ''),
  ignore: z
    .array(z.string().max(80))
    .max(200)
    .default([])
    .describe('Names of checks that may block and do not stop it'),
});

export const preflightRoutes = {
  clusters_preflight: route({
    name: 'clusters_preflight',
    method: 'POST',
    path: '/1.0/provisioning/clusters/:preflight',
    about: 'Run all checks of a creation; nothing is stored or changed',
    access: 'can_create',
    body: checkedClusterPost,
    bodyLimit: 4 * 1024 * 1024,
    answer: preflight,
    success: 200,
    faults: [
      'name_invalid',
      'cluster_invalid',
      'cluster_server_repeated',
      'cluster_template_not_found',
      'cluster_template_values_invalid',
      'cluster_template_result_invalid',
      'application_config_invalid',
      'services_config_invalid',
      'check_unknown',
      'check_not_ignorable',
    ],
    extension: 'cluster_preflight',
  }),
};
