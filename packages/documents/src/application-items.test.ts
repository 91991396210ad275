import { expect, test } from 'vitest';
import { type ApplicationItem, listApplicationItems } from './application-items.ts';
import { addDefaults } from './defaults.ts';
import { ME_FINGERPRINT, ME_PEM } from './fixtures.ts';
import { splitNetworkConfig, splitPoolConfig, splitServerConfig } from './member-keys.ts';
import { normalisePreseed } from './preseed.ts';

const SCOPE = {
  server: ['storage.backups_volume', 'storage.images_volume', 'storage.logs_volume'],
  storage_zfs: ['size', 'source', 'source.wipe', 'zfs.pool_name'],
  storage_lvm: ['size', 'source', 'lvm.vg_name'],
  storage_ceph: ['source'],
  network_bridge: ['bgp.ipv4.nexthop'],
  network_physical: ['parent'],
  network_ovn: ['bridge.external_interfaces'],
};
const members = ['server1', 'server2'];

const itemsOf = (value: unknown): ApplicationItem[] => {
  const checked = normalisePreseed(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const mesh = { tunnel_id: 1000, ipv6_address: 'fd42:1:2:3::/64', interfaces: { server1: 'eth0', server2: 'eth1' } };
  return listApplicationItems({ preseed: addDefaults(checked.value, mesh).preseed, members, localScope: SCOPE });
};
const itemOf = (items: readonly ApplicationItem[], key: string): ApplicationItem => {
  const found = items.find((item) => item.key === key);
  if (found === undefined) throw new Error(`no ${key} among ${items.map((item) => item.key).join(', ')}`);
  return found;
};

test('the defaults wait for what they need, and for nothing else', () => {
  expect(Object.fromEntries(itemsOf(null).map(({ key, after }) => [key, after]))).toEqual({
    'project/internal': [],
    'storage-pool/local': [],
    'network/default/incusbr0': [],
    'network/default/meshbr0': [],
    'storage-volume/local/default/backups': ['storage-pool/local'],
    'storage-volume/local/default/images': ['storage-pool/local'],
    'storage-volume/local/default/logs': ['storage-pool/local'],
    'profile/default/default': ['storage-pool/local', 'network/default/incusbr0'],
    'profile/internal/default': ['project/internal', 'storage-pool/local', 'network/default/meshbr0'],
    'server-config': [
      'storage-pool/local',
      'storage-volume/local/default/backups',
      'storage-volume/local/default/images',
      'storage-volume/local/default/logs',
    ],
  });
});

test('each item comes after all it waits for, keys are unique, and all is plain JSON', () => {
  const items = itemsOf({
    projects: [{ name: 'web' }],
    networks: [
      { name: 'ovn1', type: 'ovn', project: 'web', config: { network: 'uplink' } },
      { name: 'uplink', type: 'physical', config: { parent: 'eth1' } },
    ],
    profiles: [{ name: 'p', project: 'web', devices: { eth0: { type: 'nic', network: 'ovn1' } } }],
    certificates: [{ name: 'me', type: 'client', restricted: true, projects: ['web'], certificate: ME_PEM }],
    cluster_groups: [{ name: 'fast' }],
  });
  const keys = items.map((item) => item.key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const [place, item] of items.entries())
    expect(keys.slice(0, place)).toEqual(expect.arrayContaining([...item.after]));
  expect(JSON.parse(JSON.stringify(items))).toEqual(items);
  expect(itemOf(items, 'network/web/ovn1').after).toEqual(['project/web', 'network/default/uplink']);
  expect(itemOf(items, 'profile/web/p').after).toEqual(['project/web', 'network/web/ovn1']);
  expect(itemOf(items, `certificate/${ME_FINGERPRINT.slice(0, 12)}`).after).toEqual(['project/web']);
  expect(itemOf(items, 'cluster-group/fast').after).toEqual([]);
});

test('networks that name each other do not wait for ever', () => {
  const items = itemsOf({
    networks: [
      { name: 'a', type: 'macvlan', config: { parent: 'b' } },
      { name: 'b', type: 'macvlan', config: { parent: 'a' } },
      { name: 'c', type: 'macvlan', config: { parent: 'c' } },
    ],
  });
  expect(itemOf(items, 'network/default/c').after).toEqual([]);
  expect(itemOf(items, 'network/default/a').after).toEqual([]);
  expect(itemOf(items, 'network/default/b').after).toEqual(['network/default/a']);
});

test('member keys go to the members, all others to the cluster', () => {
  const items = itemsOf({
    storage_pools: [{ name: 'local', driver: 'zfs', config: { size: '5GiB', 'zfs.clone_copy': false } }],
    networks: [
      { name: 'br1', config: { 'bridge.external_interfaces': 'eth2', 'ipv4.nat': true, 'tunnel.x.local': '10.0.0.1' } },
    ],
    config: { 'user.ui.title': 'x' },
  });
  expect(itemOf(items, 'storage-pool/local')).toMatchObject({
    body: { name: 'local', driver: 'zfs', config: { 'zfs.clone_copy': 'false' } },
    member_config: {
      server1: { size: '5GiB', source: 'local/incus' },
      server2: { size: '5GiB', source: 'local/incus' },
    },
  });
  expect(itemOf(items, 'network/default/br1')).toMatchObject({
    body: { type: 'bridge', config: { 'ipv4.nat': 'true' } },
    member_config: { server2: { 'bridge.external_interfaces': 'eth2', 'tunnel.x.local': '10.0.0.1' } },
  });
  expect(itemOf(items, 'network/default/meshbr0')).toMatchObject({
    member_config: { server1: { 'tunnel.mesh.interface': 'eth0' }, server2: { 'tunnel.mesh.interface': 'eth1' } },
  });
  expect(itemOf(items, 'server-config').body).toEqual({ config: { 'user.ui.title': 'x' } });
});

test('a network that takes one call has no share of members', () => {
  const items = itemsOf({ networks: [{ name: 'o', type: 'ovn', config: { 'bridge.external_interfaces': 'eth3' } }] });
  expect(itemOf(items, 'network/default/o')).toMatchObject({
    body: { config: { 'bridge.external_interfaces': 'eth3' } },
    member_config: {},
  });
});

test('a volume is made on each member, on shared storage once', () => {
  const items = itemsOf({
    storage_pools: [{ name: 'remote', driver: 'ceph' }],
    storage_volumes: [
      { name: 'a', pool: 'remote' },
      { name: 'b', pool: 'local' },
    ],
  });
  expect(itemOf(items, 'storage-volume/remote/default/a')).toMatchObject({
    on_members: ['server1'],
    after: ['storage-pool/remote'],
  });
  expect(itemOf(items, 'storage-volume/local/default/b')).toMatchObject({
    on_members: members,
    body: { content_type: 'filesystem' },
  });
});

test('a profile that mounts a volume waits for it; server config does so for volumes elsewhere', () => {
  const items = itemsOf({
    storage_volumes: [{ name: 'shared', pool: 'local' }],
    profiles: [{ name: 'p', devices: { data: { type: 'disk', pool: 'local', source: 'shared', path: '/data' } } }],
    config: { 'storage.images_volume': 'local/shared' },
  });
  expect(itemOf(items, 'profile/default/p').after).toEqual([
    'storage-pool/local',
    'storage-volume/local/default/shared',
  ]);
  expect(itemOf(items, 'server-config').after).toContain('storage-volume/local/default/shared');
  expect(itemOf(items, 'server-config').after).not.toContain('storage-volume/local/default/images');
});

test('our own certificate is left as it is', () => {
  const checked = normalisePreseed({
    certificates: [{ name: 'me', restricted: true, projects: ['web'], certificate: ME_PEM }],
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const input = { preseed: checked.value, members, localScope: SCOPE };
  expect(listApplicationItems(input)).toHaveLength(1);
  expect(listApplicationItems({ ...input, ownFingerprint: ME_FINGERPRINT })).toEqual([]);
});

test('items are named for people', () => {
  const about = itemsOf({ storage_volumes: [{ name: 'v', pool: 'local', project: 'web' }] }).map((item) => item.about);
  expect(about).toEqual(
    expect.arrayContaining([
      'project internal',
      'storage pool local',
      'storage volume local/v (project web)',
      'storage volume local/images',
      'profile default (project internal)',
      'server configuration',
    ]),
  );
});

test.each([
  ['zfs', { size: '1', source: 's', 'zfs.clone_copy': 'x' }, ['size', 'source']],
  ['lvmcluster', { size: '1', source: 's', 'lvm.vg_name': 'v' }, ['source', 'lvm.vg_name']],
  // Incus asks its own table, whatever the driver; the metadata of linstor does not say so.
  ['linstor', { source: 's', 'linstor.resource_group.name': 'g' }, ['source']],
  ['ceph', { source: 's', 'ceph.osd.pool_name': 'p' }, ['source']],
])('of a pool %s, the members have %#', (driver, config, keys) => {
  expect(Object.keys(splitPoolConfig(SCOPE, driver, config).member)).toEqual(keys);
});

test.each([
  [
    'bridge',
    { 'bgp.ipv4.nexthop': '1', 'tunnel.a.interface': '2', 'tunnel.a.id': '3', parent: '4' },
    ['bgp.ipv4.nexthop', 'tunnel.a.interface', 'parent'],
  ],
  ['physical', { parent: 'eth1', vlan: '7' }, ['parent']],
  ['ovn', { 'bridge.external_interfaces': 'x' }, []],
])('of a network %s, the members have %#', (type, config, keys) => {
  expect(Object.keys(splitNetworkConfig(SCOPE, type, config).member)).toEqual(keys);
});

test('server keys that the metadata forgets are of the member all the same', () => {
  const config = { 'network.ovs.connection': 'x', 'storage.logs_volume': 'y', 'user.z': 'z' };
  expect(Object.keys(splitServerConfig(SCOPE, config).member)).toEqual([
    'network.ovs.connection',
    'storage.logs_volume',
  ]);
});
