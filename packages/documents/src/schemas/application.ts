import * as z from 'zod';
import { about, CERTIFICATE } from './fields.ts';

const named = (what: string, example: string) => about(z.string(), 'Name', `Name of the ${what}.`, example);
const description = about(z.string().default(''), 'Description', 'For people.', 'Fast disks');
const project = (what: string) =>
  about(z.string().default(''), 'Project', `The project of the ${what}. Left out: default.`, 'default');

const scalar = about(z.string(), 'Value', 'Text, a number, true or false.', 'true', { scalar: true });
const configMap = (keys_of: string, example: Record<string, string>) =>
  about(z.record(z.string(), scalar).default({}), 'Configuration', 'Configuration keys and their values.', example, {
    keys_of,
  });

const storagePool = z.object({
  name: named('pool', 'fast'),
  driver: about(z.string(), 'Driver', 'What keeps the data.', 'zfs', { keys_by: 'storage_' }),
  description,
  config: configMap('storage', { source: '/dev/sdb' }),
});

const network = z.object({
  name: named('network', 'web'),
  type: about(z.string().default(''), 'Type', 'Left out: bridge.', 'bridge', { keys_by: 'network_' }),
  description,
  config: configMap('network', { 'ipv4.address': '10.20.0.1/24', 'ipv4.nat': 'true' }),
  project: project('network'),
});

const storageVolume = z.object({
  name: named('volume', 'shared'),
  type: about(z.enum(['custom']).optional(), 'Type', 'Only custom volumes can be made.', 'custom'),
  content_type: about(
    z.enum(['filesystem', 'block', 'iso']).optional(),
    'Content type',
    'What the volume holds. Left out: filesystem.',
    'filesystem',
  ),
  description,
  config: configMap('storage_volume', { size: '10GiB' }),
  pool: about(z.string(), 'Pool', 'The storage pool it lies in.', 'local'),
  project: project('volume'),
  source: about(
    z
      .object({
        name: z.string().optional(),
        type: z.string().optional(),
        pool: z.string().optional(),
        certificate: z.string().optional(),
        mode: z.string().optional(),
        operation: z.string().optional(),
        secrets: z.record(z.string(), z.string()).optional(),
        volume_only: z.boolean().optional(),
        refresh: z.boolean().optional(),
        refresh_exclude_older: z.boolean().optional(),
        project: z.string().optional(),
        location: z.string().optional(),
      })
      .optional(),
    'Source',
    'As a dump of Incus has it, empty: a new cluster has nothing to copy from.',
  ),
  restore: about(z.string().optional(), 'Restore', 'As a dump of Incus has it, empty.'),
});

const profile = z.object({
  name: named('profile', 'web'),
  description,
  config: configMap('instance', { 'limits.cpu': '2' }),
  devices: about(
    z
      .record(
        z.string(),
        about(z.record(z.string(), scalar), 'Device', 'A device: its type, and its keys.', undefined, {
          keys_by: 'device_',
        }),
      )
      .default({}),
    'Devices',
    'The devices that an instance gets, by name.',
    { root: { type: 'disk', path: '/', pool: 'local' } },
  ),
  project: project('profile'),
});

const projectItem = z.object({
  name: named('project', 'web'),
  description,
  config: configMap('project', { 'features.networks': 'false' }),
});

const trusted = z.object({
  name: about(z.string().default(''), 'Name', 'Name in the list of trusted certificates.', 'my-client-cert'),
  type: about(z.enum(['client', 'metrics']).optional(), 'Type', 'What it may be used for. Left out: client.', 'client'),
  restricted: about(z.boolean().default(false), 'Restricted', 'Whether it may enter the named projects only.', false),
  projects: about(z.array(z.string()).default([]), 'Projects', 'The projects it may enter.', ['default']),
  certificate: about(
    z.string().regex(CERTIFICATE).default(''),
    'Certificate',
    'PEM certificate. Never the private key.',
    undefined,
    { expected: 'a PEM certificate, from -----BEGIN CERTIFICATE----- on', needed: true },
  ),
  description,
  trust_token: about(z.string().default(''), 'Trust token', 'Cannot be used here.', undefined, { secret: true }),
  token: about(z.boolean().default(false), 'Token', 'Cannot be used here.', undefined, { only: false }),
});

const clusterGroup = z.object({
  name: named('group', 'gpu'),
  description,
  members: about(z.array(z.string()).nullable().default(null), 'Members', 'Servers of the group.', ['server1']),
  config: configMap('cluster_group', { 'user.rack': 'a' }),
});

const memberConfig = z.object({
  entity: z.string().optional(),
  name: z.string().optional(),
  key: z.string().optional(),
  value: z.string().optional(),
  description: z.string().optional(),
});

const cluster = z
  .object({
    enabled: about(z.boolean().optional(), 'Enabled', 'False: the cluster is formed by Operations Center.', false, {
      only: false,
    }),
    server_name: z.string().optional(),
    server_address: z.string().optional(),
    cluster_address: z.string().optional(),
    cluster_certificate: z.string().optional(),
    cluster_certificate_path: z.string().optional(),
    cluster_token: about(z.string().optional(), 'Token', 'Cannot be used here.', undefined, { secret: true }),
    member_config: z.array(memberConfig).optional(),
  })
  .nullable()
  .optional();

const list = <T extends z.ZodType>(item: T, title: string, text: string) =>
  about(z.array(item).default([]), title, text);

/** An application file: the preseed of Incus, of which every part may be left out. */
export const applicationSchema = about(
  z.object({
    config: configMap('server', { 'user.ui.title': 'My wonderful cluster' }),
    storage_pools: list(storagePool, 'Storage pools', 'Pools beside "local", which is made anyway.'),
    networks: list(network, 'Networks', 'Networks beside "incusbr0" and "meshbr0", which are made anyway.'),
    storage_volumes: list(storageVolume, 'Storage volumes', 'Custom volumes.'),
    profiles: list(profile, 'Profiles', 'Profiles; the profile "default" gets a root disk and a network card anyway.'),
    projects: list(projectItem, 'Projects', 'Projects beside "default", and "internal", which is made anyway.'),
    certificates: list(trusted, 'Certificates', 'Client certificates that the cluster trusts.'),
    cluster_groups: list(clusterGroup, 'Cluster groups', 'Groups of members.'),
    cluster: about(
      cluster,
      'Cluster',
      'As a dump of Incus has it: null, or not enabled. The cluster is formed by Operations Center.',
    ),
  }),
  'Application configuration of Incus',
  'What a cluster holds from the first hour on: the format of "incus admin init --preseed".',
  { config: { 'user.ui.title': 'My wonderful cluster' } },
);
