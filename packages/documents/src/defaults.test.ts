import { expect, test } from 'vitest';
import { addDefaults, type CompletePreseed, type Mesh, makeUlaPrefix } from './defaults.ts';
import { normalisePreseed } from './preseed.ts';

const MESH: Mesh = {
  tunnel_id: 1000,
  ipv6_address: 'fd42:1:2:3::/64',
  interfaces: { server1: 'eth0', server2: 'eth1', server3: '' },
};

const complete = (value: unknown): { preseed: CompletePreseed; warnings: string[] } => {
  const checked = normalisePreseed(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const { preseed, warnings } = addDefaults(checked.value, MESH);
  return { preseed, warnings: warnings.map(({ code }) => code) };
};
const pools = (given: unknown[]) => complete({ storage_pools: given }).preseed.storage_pools;
const profiles = (given: unknown[]) => complete({ profiles: given }).preseed.profiles;

const LOCAL = { name: 'local', description: 'Local storage pool (on system drive)' };
const volume = (name: string) => ({
  name,
  type: 'custom',
  content_type: 'filesystem',
  description: `Volume holding system ${name}`,
  config: {},
  pool: 'local',
  project: 'default',
});
const root = { type: 'disk', path: '/', pool: 'local' };
const nic = (network: string) => ({ type: 'nic', network });

test('an empty configuration becomes what every new cluster has', () => {
  expect(complete(null)).toEqual({
    warnings: [],
    preseed: {
      config: {
        'storage.backups_volume': 'local/backups',
        'storage.images_volume': 'local/images',
        'storage.logs_volume': 'local/logs',
      },
      storage_pools: [{ ...LOCAL, driver: 'zfs', config: { source: 'local/incus' } }],
      projects: [{ name: 'internal', description: 'Internal project to isolate fully managed resources.', config: {} }],
      networks: [
        { name: 'incusbr0', type: 'bridge', description: 'Local network bridge (NAT)', config: {}, project: 'default' },
        {
          name: 'meshbr0',
          type: 'bridge',
          description: 'Internal mesh network bridge',
          project: 'default',
          config: {
            'ipv4.address': 'none',
            'ipv6.address': 'fd42:1:2:3::/64',
            'ipv6.nat': 'true',
            'tunnel.mesh.id': '1000',
            'tunnel.mesh.protocol': 'vxlan',
          },
          member_config: {
            server1: { 'tunnel.mesh.interface': 'eth0' },
            server2: { 'tunnel.mesh.interface': 'eth1' },
            server3: { 'tunnel.mesh.interface': '' },
          },
        },
      ],
      storage_volumes: [volume('backups'), volume('images'), volume('logs')],
      profiles: [
        { name: 'default', description: '', config: {}, devices: { root, eth0: nic('incusbr0') }, project: 'default' },
        { name: 'default', description: '', config: {}, devices: { root, eth0: nic('meshbr0') }, project: 'internal' },
      ],
      certificates: [],
      cluster_groups: [],
    },
  });
});

test('a volume key of the server that was given stays, the others are added', () => {
  const given = { 'storage.images_volume': 'fast/images', 'storage.logs_volume': '', 'user.x': '1' };
  expect(complete({ config: given }).preseed.config).toEqual({ ...given, 'storage.backups_volume': 'local/backups' });
});

test.each([
  ['without a source', { driver: 'btrfs' }, { driver: 'btrfs', config: { source: 'local/incus' } }],
  ['with a source', { driver: 'btrfs', config: { source: '/srv' } }, { driver: 'btrfs', config: { source: '/srv' } }],
  ['with an empty source', { driver: 'zfs', config: { source: '' } }, { driver: 'zfs', config: { source: '' } }],
  [
    'with other keys',
    { driver: 'zfs', config: { 'zfs.clone_copy': false } },
    { driver: 'zfs', config: { 'zfs.clone_copy': 'false', source: 'local/incus' } },
  ],
  ['with driver dir', { driver: 'dir' }, { driver: 'dir', config: {} }],
  [
    'with driver dir and a source',
    { driver: 'dir', config: { source: '/srv' } },
    { driver: 'dir', config: { source: '/srv' } },
  ],
])('a pool local %s keeps its driver', (_, given, wanted) => {
  expect(pools([{ name: 'local', ...given }])).toEqual([{ ...LOCAL, ...wanted }]);
});

test('a description of the pool local stays; other pools come before the added one', () => {
  expect(pools([{ name: 'local', driver: 'zfs', description: 'mine' }])[0]?.description).toBe('mine');
  expect(pools([{ name: 'fast', driver: 'btrfs' }])).toMatchObject([
    { name: 'fast', description: '', config: {} },
    { name: 'local' },
  ]);
});

test('the project internal gets a description only where it has none', () => {
  const projects = (given: object) => complete({ projects: [{ name: 'internal', ...given }] }).preseed.projects;
  expect(projects({ config: { 'features.images': false } })).toEqual([
    {
      name: 'internal',
      description: 'Internal project to isolate fully managed resources.',
      config: { 'features.images': 'false' },
    },
  ]);
  expect(projects({ description: 'mine' })).toMatchObject([{ description: 'mine' }]);
  expect(complete({ projects: [{ name: 'web' }] }).preseed.projects.map(({ name }) => name)).toEqual([
    'web',
    'internal',
  ]);
});

test('incusbr0 is added only where no project has one', () => {
  const names = (given: object[]) =>
    complete({ networks: given }).preseed.networks.map(({ name, project }) => `${project}/${name}`);
  expect(names([{ name: 'backend' }])).toEqual(['default/backend', 'default/incusbr0', 'default/meshbr0']);
  expect(names([{ name: 'incusbr0', project: 'web' }])).toEqual(['web/incusbr0', 'default/meshbr0']);
});

test('a given incusbr0 keeps its config; an empty description is filled', () => {
  const [network] = complete({ networks: [{ name: 'incusbr0', config: { 'ipv4.address': '10.55.0.1/24' } }] }).preseed
    .networks;
  expect(network).toEqual({
    name: 'incusbr0',
    type: '',
    description: 'Local network bridge (NAT)',
    config: { 'ipv4.address': '10.55.0.1/24' },
    project: 'default',
  });
});

test('a given meshbr0 is replaced by ours, with a warning', () => {
  const { preseed, warnings } = complete({ networks: [{ name: 'meshbr0', config: { 'ipv4.address': 'auto' } }] });
  expect(preseed.networks.map(({ name }) => name)).toEqual(['incusbr0', 'meshbr0']);
  expect(preseed.networks[1]?.config['ipv4.address']).toBe('none');
  expect(warnings).toEqual(['mesh_network_replaced']);
});

test('a system volume that is given gets a description only; elsewhere it is another volume', () => {
  const volumes = complete({
    storage_volumes: [
      { name: 'images', pool: 'local', config: { size: '10GiB' } },
      { name: 'logs', pool: 'fast' },
      { name: 'backups', pool: 'local', project: 'web' },
    ],
  }).preseed.storage_volumes;
  expect(volumes.map(({ name, pool, project }) => `${project}/${pool}/${name}`)).toEqual([
    'default/local/images',
    'default/fast/logs',
    'web/local/backups',
    'default/local/backups',
    'default/local/logs',
  ]);
  expect(volumes[0]).toMatchObject({ description: 'Volume holding system images', config: { size: '10GiB' } });
  expect(volumes[1]?.description).toBe('');
});

test.each([
  ['without a project', {}],
  ['with an empty project', { project: '' }],
  ['with project default', { project: 'default' }],
])('a default profile %s is the one, and keeps its devices', (_, where) => {
  const own = { type: 'nic', network: 'backend' };
  const found = profiles([
    { name: 'default', ...where, description: 'mine', config: { 'limits.cpu': 1 }, devices: { eth0: own } },
  ]);
  expect(found).toHaveLength(2);
  expect(found[0]).toEqual({
    name: 'default',
    project: 'default',
    description: 'mine',
    config: { 'limits.cpu': '1' },
    devices: { root, eth0: own },
  });
});

test('the default profile of internal is on the mesh, one of another project stays as it is', () => {
  const found = profiles([
    { name: 'default', project: 'internal', devices: { root: { type: 'disk', path: '/', pool: 'fast' } } },
    { name: 'default', project: 'web' },
  ]);
  expect(found).toMatchObject([
    { project: 'internal', devices: { root: { pool: 'fast' }, eth0: nic('meshbr0') } },
    { project: 'web', devices: {} },
    { project: 'default', devices: { root, eth0: nic('incusbr0') } },
  ]);
});

test('a prefix is below fd42, made of six random bytes', () => {
  expect(makeUlaPrefix(Uint8Array.from([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc]))).toBe('fd42:1234:5678:9abc::/64');
  expect(makeUlaPrefix(new Uint8Array(6))).toBe('fd42:0:0:0::/64');
  expect(() => makeUlaPrefix(new Uint8Array(5))).toThrow(TypeError);
});
