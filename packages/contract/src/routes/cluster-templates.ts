import { z } from 'zod';
import { route } from '../route.ts';
import { empty, nothing, recursion, text, urls, wireObject } from '../wire.ts';

const variableType = z.enum([
  ...['string', 'integer', 'number', 'boolean', 'list', 'map', 'ip', 'cidr', 'mac', 'size', 'duration', 'enum'],
  ...['fingerprint', 'pem'],
] as const);

/** OC knows the first two fields; with a type, a value is checked and put into the tree of the document. */
const variable = z.object({
  description: z.string(),
  default: z.string().describe('Empty: a value must be given'),
  type: variableType.optional().describe('Without one, the value is put in as text'),
  enum: z.array(z.string()).readonly().optional().describe('The only values there are'),
  pattern: z.string().optional().describe('Regular expression for the whole of a text'),
  min: z.string().optional().describe('Of a number its value, of a text or list its length'),
  max: z.string().optional(),
  secret: z.boolean().optional().describe('Never shown, kept sealed'),
  required: z.boolean().optional().describe('false: without a value, the place where it stands is left out'),
  example: z.string().optional(),
  title: z.string().optional(),
  group: z.string().optional(),
});

const rule = z.object({
  rule: z.string().describe('In the language of filters, with the variables for fields'),
  message: z.string().describe('What is told where values break it'),
});

/** A template from which clusters are made: two documents with variables in them. */
export const clusterTemplate = z.object({
  description: z.string(),
  service_config_template: z.string().describe('Text of the service configuration, with @NAME@ for variables'),
  application_config_template: z.string().describe('Text of the application configuration'),
  variables: z.record(z.string(), variable).nullable(),
  rules: z.array(rule).readonly().optional().describe('What values must satisfy together; left out: nothing'),
  name: z.string(),
  last_updated: z.string(),
});
export type ClusterTemplate = z.output<typeof clusterTemplate>;

const limit = z.union([z.string(), z.number()]).transform(String).optional();
const words = z.string().optional();
/** A default or an example is text, for OC's clients cannot read another; a list or map comes as its JSON text. */
const valueText = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);
const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const variableWish = wireObject({
  description: text,
  default: valueText.transform(toText).default(''),
  type: variableType.optional(),
  enum: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  pattern: words,
  min: limit,
  max: limit,
  secret: z.boolean().optional(),
  required: z.boolean().optional(),
  example: valueText.transform(toText).optional(),
  title: words,
  group: words,
});

const revision = z.object({
  revision: z.number().int(),
  changed_by: z.string().describe('How, and for TLS the fingerprint of who'),
  at: z.string(),
});

const templatePut = {
  description: text,
  service_config_template: text,
  application_config_template: text,
  variables: z.preprocess((value) => value ?? null, z.record(z.string(), variableWish).nullable()).default(null),
  rules: z.array(wireObject({ rule: text, message: text })).optional(),
};

/** What a living cluster comes to as a template. */
export const derivedClusterTemplate = clusterTemplate.omit({ name: true, last_updated: true }).extend({
  values: z.record(z.string(), z.unknown()).describe('With these it comes to this cluster; secret ones are not told'),
  secrets: z.array(z.string()).describe('Variables that are secret: their values must be given'),
  server_overrides: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .describe('What single servers have of their own, which no template can say'),
  notes: z.array(z.string()).describe('What a person should know of it'),
});
export type DerivedClusterTemplate = z.output<typeof derivedClusterTemplate>;

const path = '/1.0/provisioning/cluster-templates';
const bodyLimit = 4 * 1024 * 1024;

export const clusterTemplateRoutes = {
  cluster_templates_list: route({
    name: 'cluster_templates_list',
    method: 'GET',
    path,
    about: 'List the cluster templates',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(clusterTemplate)]),
    success: 200,
    faults: [],
  }),
  cluster_templates_create: route({
    name: 'cluster_templates_create',
    method: 'POST',
    path,
    about: 'Keep a new cluster template',
    access: 'can_create',
    body: wireObject({ name: text, ...templatePut }),
    bodyLimit,
    answer: nothing,
    success: 201,
    faults: ['cluster_template_invalid', 'cluster_template_exists'],
  }),
  cluster_template_show: route({
    name: 'cluster_template_show',
    method: 'GET',
    path: `${path}/{name}`,
    about: 'Show a cluster template',
    access: 'can_view',
    answer: clusterTemplate,
    success: 200,
    faults: ['cluster_template_not_found'],
  }),
  cluster_template_update: route({
    name: 'cluster_template_update',
    method: 'PUT',
    path: `${path}/{name}`,
    about: 'Replace a cluster template',
    access: 'can_edit',
    body: wireObject(templatePut),
    bodyLimit,
    answer: nothing,
    success: 201,
    faults: ['cluster_template_not_found', 'cluster_template_invalid', 'etag_mismatch'],
  }),
  cluster_template_rename: route({
    name: 'cluster_template_rename',
    method: 'POST',
    path: `${path}/{name}`,
    about: 'Rename a cluster template',
    access: 'can_edit',
    body: wireObject({ name: text }),
    answer: nothing,
    success: 201,
    faults: ['cluster_template_not_found', 'cluster_template_invalid', 'cluster_template_exists', 'etag_mismatch'],
  }),
  cluster_template_revisions: route({
    name: 'cluster_template_revisions',
    method: 'GET',
    path: `${path}/{name}/revisions`,
    about: 'List the revisions of a cluster template, newest first; the newest 100 are kept',
    access: 'can_view',
    answer: z.array(
      revision.extend({ changed: z.array(z.string()).describe('Fields that differ from the revision before') }),
    ),
    success: 200,
    faults: ['cluster_template_not_found'],
    extension: 'cluster_template_revisions',
  }),
  cluster_template_revision: route({
    name: 'cluster_template_revision',
    method: 'GET',
    path: `${path}/{name}/revisions/{revision}`,
    about: 'Show what a cluster template was at a revision',
    access: 'can_view',
    answer: clusterTemplate.omit({ name: true, last_updated: true }).extend(revision.shape),
    success: 200,
    faults: ['cluster_template_not_found', 'cluster_template_revision_not_found'],
    extension: 'cluster_template_revisions',
  }),
  cluster_template_roll_back: route({
    name: 'cluster_template_roll_back',
    method: 'POST',
    path: `${path}/{name}/:roll-back`,
    about: 'Make what a cluster template was at a revision its next one',
    access: 'can_edit',
    body: wireObject({ revision: z.number().int() }),
    answer: nothing,
    success: 201,
    faults: ['cluster_template_not_found', 'cluster_template_revision_not_found'],
    extension: 'cluster_template_revisions',
  }),
  cluster_template_use: route({
    name: 'cluster_template_use',
    method: 'GET',
    path: '/1.0/provisioning/clusters/{name}/template',
    about: 'Show from which template, at which revision and with which values a cluster was made',
    access: 'can_view',
    answer: z.object({
      template: z.string().describe('The name it had then'),
      revision: z.number().int(),
      values: z.record(z.string(), z.unknown()).describe('Those that were given; secret ones are redacted'),
    }),
    success: 200,
    faults: ['cluster_not_found', 'cluster_template_unused'],
    extension: 'cluster_template_revisions',
  }),
  cluster_template_derive: route({
    name: 'cluster_template_derive',
    method: 'GET',
    path: '/1.0/provisioning/clusters/{name}/derived-template',
    about: 'Derive a template from what was applied to a living cluster and what is live; nothing is kept',
    access: 'can_view',
    answer: derivedClusterTemplate,
    success: 200,
    faults: ['cluster_not_found', 'cluster_not_ready', 'cluster_server_unreachable'],
    extension: 'cluster_template_derive',
  }),
  cluster_template_delete: route({
    name: 'cluster_template_delete',
    method: 'DELETE',
    path: `${path}/{name}`,
    about: 'Delete a cluster template; clusters that were made from it stay as they are',
    access: 'can_delete',
    answer: empty,
    success: 200,
    faults: ['cluster_template_not_found'],
  }),
};
