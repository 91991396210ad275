import { expect, test } from 'vitest';
import type { ApplicationItem } from '../application-items.ts';
import { ME_FINGERPRINT, ME_PEM } from '../fixtures.ts';
import recorded from '../recorded/oc-terraform.json' with { type: 'json' };
import { itemsOfRecorded, MEMBERS, recordedCreations } from '../recorded-items.ts';
import { makeTerraform } from './make-terraform.ts';

const make = (
  items: readonly ApplicationItem[],
  members: readonly string[] = MEMBERS,
  cluster = 'demo',
): Record<string, string> =>
  Object.fromEntries(
    makeTerraform({
      cluster,
      connection_url: 'https://<ADDR1>:8443',
      members,
      items,
      lineage: '6b0e1ef4-8f4d-4a43-9d5e-0f2f7a3f1c55',
    }).map(({ name, content }) => [name, content]),
  );

/** Where our files are not OC's, letter by letter: theirs, ours, and why. */
const explained: readonly { theirs: RegExp; ours: string; why: string }[] = [
  {
    theirs: /^ {2}\/\/.*\n(?:^ {2}\/\/.*\n)*\n/gm,
    ours: '',
    why: 'remarks on settings of the provider that are not used',
  },
  { theirs: /^\/\/ .*\n/gm, ours: '', why: 'a remark' },
  { theirs: /# Incus changes.*/g, ours: '# Incus writes a source of its own.', why: 'a remark in our words' },
  { theirs: /All cluster members must be online\./g, ours: 'A member of the cluster is not online.', why: 'our words' },
  { theirs: /_per_node\n/g, ours: '_per_node,\n', why: 'a comma at the end of each line of a list' },
  {
    theirs: /<<EOT\n<CERT_USER>\n\nEOT/g,
    ours: `<<-EOT\n${ME_PEM.replaceAll(/^(?=.)/gm, '    ')}  EOT`,
    why: 'moved in as the rest, without an empty line: the same certificate',
  },
];

const runs = recordedCreations.map(([about, run], index) => [about, run, recorded.runs[index]] as const);

test.each(runs)('%s: the files are those that OC wrote, every difference named', (_, run, theirs) => {
  const { 'terraform.tfstate': _state, ...ours } = make(
    itemsOfRecorded(run, 'fd42:1:2a:ffff::/64'),
    MEMBERS,
    theirs?.cluster,
  );
  const wanted = Object.entries(theirs?.files ?? {}).map(([name, lines]) => {
    const text = lines.join('\n');
    return [name, explained.reduce((now, { theirs, ours }) => now.replaceAll(theirs, ours), text)];
  });
  expect(ours).toEqual(Object.fromEntries(wanted));
});

test('every explanation is needed', () => {
  const all = recorded.runs.flatMap(({ files }) => Object.values(files).map((lines) => lines.join('\n'))).join('\n');
  expect(explained.filter(({ theirs }) => all.search(theirs) < 0).map(({ why }) => why)).toEqual([]);
});

test.each(runs)('%s: the state knows what OC’s state knows', (_, run, theirs) => {
  const { resources } = stateOf(make(itemsOfRecorded(run, 'fd42:1:2a:ffff::/64')));
  const ours = resources.map(({ mode, type, name, instances }) => {
    const keys = instances.flatMap(({ index_key }) => (index_key === undefined ? [] : [`[${index_key}]`]));
    return `${mode} ${type}.${name}${keys.join('')}`;
  });
  // What is only read is read again by every plan.
  expect(ours).toEqual(theirs?.state.filter((one) => !one.startsWith('data ')));
});

test('the state has the subnet that was chosen', () => {
  const [run] = runs;
  const { resources } = stateOf(make(itemsOfRecorded(run?.[1] ?? fail(), 'fd42:1:2a:ffff::/64')));
  const attributesOf = (name: string) => resources.find((one) => one.name === name)?.instances[0]?.attributes;
  expect([2, 3, 4].map((n) => attributesOf(`meshbr0-subnet-segment-${n}`)?.['result'])).toEqual([1, 0x2a, 0xffff]);
  expect(attributesOf('meshbr0')).toMatchObject({ config: { 'ipv6.address': 'fd42:1:2a:ffff::/64' } });
});

test('a secret is a variable without a value, in the files and in the state', () => {
  const secret = 'pass"${word}';
  const files = make([
    profile('a', { 'cloud-init.user-data': secret, 'limits.cpu': '2' }, { root: { type: 'disk', password: secret } }),
    { ...serverConfig({ 'loki.auth.password': secret }, {}), after: [] },
  ]);
  const all = Object.values(files).join('\n');
  expect(all).not.toContain('pass"');
  expect(all).not.toContain('word}');
  expect(all).not.toContain('redacted');
  expect(files['resources_profiles.tf']).toContain('"cloud-init.user-data" = var.profile_a_cloud_init_user_data,\n');
  expect(files['resources_profiles.tf']).toContain('"password" = var.profile_a_device_root_password\n');
  expect(files['resources_server.tf']).toContain('var.server_configuration_loki_auth_password');
  expect(files['variables.tf']).toBe(
    ['profile a', 'profile a device root', 'server configuration']
      .map((place, at) => {
        const key = ['cloud-init.user-data', 'password', 'loki.auth.password'][at] ?? '';
        const name = `${place} ${key}`.replaceAll(/[ .-]/g, '_');
        return `variable "${name}" {\n  description = "${key} of ${place}"\n  type        = string\n  sensitive   = true\n}\n`;
      })
      .join('\n'),
  );
  // Empty, so that the first look fills it in; absent, the key would not be looked at.
  const [held] = stateOf(files).resources.find(({ type }) => type === 'incus_profile')?.instances ?? [];
  expect(held?.attributes['config']).toEqual({ 'cloud-init.user-data': '', 'limits.cpu': '2' });
});

test('without a secret there is no file of variables', () => {
  expect(Object.keys(make([profile('a', {}, {})]))).not.toContain('variables.tf');
});

test('what differs between members is a table; what one lacks is null there', () => {
  const files = make([
    network('uplink', 'physical', { server1: { parent: 'eth1' }, server2: { parent: 'eth2' }, server3: {} }),
  ]);
  expect(files['resources_networks.tf']).toContain(
    '"parent" = { "server1" = "eth1", "server2" = "eth2", "server3" = null }[each.key]\n',
  );
  const held = stateOf(files).resources.find(({ name }) => name === 'uplink_per_node')?.instances;
  expect(held?.map(({ attributes }) => attributes['config'])).toEqual([
    { parent: 'eth1' },
    { parent: 'eth2' },
    { parent: null },
  ]);
});

test('a key of the whole network or pool is no change of its members', () => {
  const pool: ApplicationItem = {
    ...{ kind: 'storage-pool', key: 'p', about: 'storage pool p', name: 'p', after: [], member_config: {} },
    body: { name: 'p', driver: 'dir', description: '', config: { 'rsync.bwlimit': '1MB' } },
  };
  const shared = { 'ipv4.address': 'none', 'dns.domain': 'x' };
  const files = make([network('br1', 'bridge', { server1: {} }, shared), pool]);
  const ignored = (name: string) => files[name]?.match(/^ {6}config\[.*/gm);
  expect(ignored('resources_networks.tf')).toEqual(['      config["dns.domain"],']);
  expect(ignored('resources_storage_pools.tf')).toEqual(['      config["source"],', '      config["rsync.bwlimit"],']);
});

test('a network that no member defines has its type itself', () => {
  const files = make([network('ovn0', 'ovn', {})]);
  expect(files['resources_networks.tf']).not.toContain('per_node');
  expect(files['resources_networks.tf']).toContain('type        = "ovn"');
});

test('an address left to Incus, and a tunnel without an interface, are null: the provider takes no other word', () => {
  const mesh = network('meshbr0', 'bridge', { server1: { 'tunnel.mesh.interface': '' } });
  const auto = network('br1', 'bridge', { server1: {} }, { 'ipv4.address': 'auto' });
  const files = make([auto, mesh], ['server1']);
  expect(files['resources_networks.tf']).toContain('"ipv4.address" = null\n');
  expect(files['resources_networks.tf']).toContain('"server1" = null\n');
});

test('a volume on shared storage is one for all members', () => {
  const volume: ApplicationItem = {
    ...{ kind: 'storage-volume', key: 'v', about: 'storage volume ceph/v', name: 'v', after: [] },
    ...{ pool: 'ceph', project: 'web', on_members: ['server1'] },
    body: { name: 'v', type: 'custom', content_type: 'filesystem', description: '', config: {} },
  };
  const files = make([volume]);
  expect(files['resources_storage_volumes.tf']).not.toContain('each.key');
  expect(files['resources_storage_volumes.tf']).toContain('resource "incus_storage_volume" "web_v"');
  const held = stateOf(files).resources.find(({ type }) => type === 'incus_storage_volume')?.instances;
  expect(held).toHaveLength(1);
  expect(held?.[0]?.attributes).toMatchObject({ target: '', project: 'web' });
});

test('members of a group, projects of a certificate', () => {
  const group: ApplicationItem = {
    ...{ kind: 'cluster-group', key: 'g', about: 'cluster group fast', name: 'fast', after: [] },
    body: { name: 'fast', description: '', members: ['server1', 'server2'], config: {} },
  };
  const projects = ['a', 'b'];
  const certificate: ApplicationItem = {
    ...{ kind: 'certificate', key: 'c', about: 'certificate', name: '', after: [], fingerprint: ME_FINGERPRINT },
    body: { name: '', type: 'client', restricted: true, projects, certificate: ME_PEM, description: '' },
  };
  const files = make([group, certificate]);
  expect(files['resources_cluster_groups.tf']).toContain(
    'resource "incus_cluster_group_member" "fast_server2" {\n  cluster_group = incus_cluster_group.fast.name\n  member        = "server2"\n}\n',
  );
  expect(files['resources_certificates.tf']).toContain(`"certificate-${ME_FINGERPRINT.slice(0, 12)}"`);
  expect(files['resources_certificates.tf']).toContain('projects = [\n    "a",\n    "b",\n  ]\n');
});

test('names that HCL cannot have, or that would be the same there, stay apart', () => {
  const files = make([
    profile('1.a', {}, {}),
    profile('1-a', {}, {}),
    profile('1_a', {}, {}),
    network('n', 'bridge', { server1: {} }),
    network('n_per_node', 'bridge', { server1: {} }),
  ]);
  const named = Object.values(files).flatMap((text) =>
    [...text.matchAll(/^resource ("\S+" "\S+")/gm)].map((m) => m[1]),
  );
  expect(new Set(named).size).toBe(named.length);
  expect(named).toContain('"incus_profile" "_1_a"');
  expect(named).toContain('"incus_profile" "_1-a"');
  expect(named).toContain('"incus_profile" "_1_a_2"');
});

type State = {
  resources: {
    mode: string;
    type: string;
    name: string;
    instances: { index_key?: string; attributes: Record<string, unknown> }[];
  }[];
};
const stateOf = (files: Record<string, string>): State => JSON.parse(files['terraform.tfstate'] ?? '') as State;

function fail(): never {
  throw new Error('nothing is recorded');
}

const profile = (
  name: string,
  config: Record<string, string>,
  devices: Record<string, Record<string, string>>,
): ApplicationItem => ({
  ...{ kind: 'profile', key: name, about: `profile ${name}`, name, project: 'default', after: [] },
  body: { name, description: '', config, devices },
});

const network = (
  name: string,
  type: string,
  member_config: Record<string, Record<string, string>>,
  config: Record<string, string> = {},
): ApplicationItem => ({
  ...{ kind: 'network', key: name, about: `network ${name}`, name, project: 'default', after: [], member_config },
  body: { name, type, description: '', config },
});

const serverConfig = (
  config: Record<string, string>,
  member_config: Record<string, Record<string, string>>,
): ApplicationItem => ({
  ...{
    kind: 'server-config',
    key: 's',
    about: 'server configuration',
    name: 'server-config',
    after: [],
    member_config,
  },
  body: { config },
});
