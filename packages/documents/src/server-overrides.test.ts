import { expect, test } from 'vitest';
import { listApplicationItems } from './application-items.ts';
import { addDefaults } from './defaults.ts';
import { parseDocument } from './document.ts';
import { normalisePreseed } from './preseed.ts';
import { formatProblem, type Problem } from './problem.ts';
import { checkOverrides, normaliseOverrides, overrideServices } from './server-overrides.ts';
import { builtInsOf } from './templates/built-ins.ts';

const servers = ['server1', 'server2'];
const localScope = { storage_zfs: ['source'], network_physical: ['parent'] };

function read(text: string) {
  const parsed = parseDocument(text, 'o.yaml');
  if (!parsed.ok) throw new Error('no document');
  return {
    origin: parsed.value.origin,
    checked: normaliseOverrides(parsed.value.value, parsed.value.origin, { servers }),
  };
}

const preseedOf = (change: object) => {
  const checked = normalisePreseed(change);
  if (!checked.ok) throw new Error(checked.problems.map(formatProblem).join());
  const mesh = { tunnel_id: 1000, ipv6_address: 'fd42::/64', interfaces: { server1: 'eth0', server2: 'eth0' } };
  return addDefaults(checked.value, mesh).preseed;
};

const told = (problems: readonly Problem[]) => problems.map((problem) => formatProblem(problem));

test('services, pools and networks of single servers are read', () => {
  const { checked } = read(`
server2:
  services: { nvme: { enabled: true, targets: [{ transport: tcp, address: 10.0.0.2, port: 4420 }] } }
  storage_pools: { local: { source: /dev/sdb } }
  networks: { web/uplink: { parent: enp6s0 } }
server1:
`);
  expect(checked).toMatchObject({
    ok: true,
    value: {
      server1: { services: [], storage_pools: {}, networks: {} },
      server2: {
        services: [{ name: 'nvme', config: { enabled: true } }],
        storage_pools: { local: { source: '/dev/sdb' } },
        networks: { 'web/uplink': { parent: 'enp6s0' } },
      },
    },
  });
});

test.each([
  [
    'server3: {}',
    'o.yaml:1:1: server3: no server of the cluster has this name; they are server1, server2 (did you mean "server1"?)',
  ],
  [
    'server1: { service: {} }',
    'o.yaml:1:12: server1.service: a server can have other services, storage_pools and networks (did you mean "services"?)',
  ],
  ['server1:\n  services:\n    lvn: {enabled: true}', 'o.yaml:3:5: server1.services.lvn: IncusOS has no service "lvn"'],
  ['server1:\n  services:\n    lvm: {enabled: often}', 'o.yaml:3:20: server1.services.lvm.enabled: '],
  ['server1: { storage_pools: { local: 7 } }', 'o.yaml:1:36: server1.storage_pools.local: '],
  ['[]', 'o.yaml:1:1: expected a map of servers'],
])('what is wrong is told with its place: %s', (text, message) => {
  const { checked } = read(text);
  expect(checked.ok ? [] : told(checked.problems)).toEqual([expect.stringContaining(message)]);
});

test('an item that is not there, and a key of the whole cluster, are refused', () => {
  const preseed = preseedOf({ networks: [{ name: 'ovn1', type: 'ovn' }] });
  const { checked, origin } = read(`
server1:
  storage_pools: { locl: { source: /dev/sdb }, local: { zfs.pool_name: x, source: /dev/sdc } }
  networks: { ovn1: { parent: x }, meshbr0: { ipv4.address: auto, tunnel.mesh.interface: eth1 } }
`);
  if (!checked.ok) throw new Error('not read');
  const found = checkOverrides(checked.value, preseed, localScope, origin);
  expect(found.ok ? [] : told(found.problems)).toEqual([
    expect.stringContaining(
      'o.yaml:3:20: server1.storage_pools.locl: the application configuration has no storage pool locl',
    ),
    expect.stringContaining(
      'o.yaml:4:15: server1.networks.ovn1: a network of type ovn has no config of single members',
    ),
    expect.stringContaining(
      'o.yaml:4:47: server1.networks.meshbr0["ipv4.address"]: ipv4.address is the same on every member',
    ),
  ]);
  // Who does not know what this Incus calls local judges no key.
  const unsure = checkOverrides(checked.value, preseed, undefined, origin);
  expect(unsure.ok ? [] : unsure.problems.map(({ code }) => code)).toEqual(['unknown_item', 'cluster_key']);
});

test('a service of its own takes the place of the common one, in the order of IncusOS', () => {
  const common = [
    { name: 'nvme', config: { enabled: true } },
    { name: 'ovn', config: { enabled: true } },
  ];
  const own = [
    { name: 'nvme', config: { enabled: false } },
    { name: 'lvm', config: { enabled: true } },
  ];
  expect(overrideServices(common, own)).toEqual([own[0], own[1], common[1]]);
});

test('each member has its own source and parent, built-in variables resolved for it', () => {
  const preseed = preseedOf({
    storage_pools: [{ name: 'fast', driver: 'zfs', config: { source: '/dev/disk/@SERVER_NAME@' } }],
    networks: [{ name: 'uplink', type: 'physical', config: { parent: 'enp@SERVER_INDEX@s0' } }],
  });
  const factsOf = (server: string, index: number) =>
    builtInsOf({ cluster: 'c', server, index, cluster_address: '10.0.0.1', management_address: '10.0.0.2' });
  const items = listApplicationItems({
    ...{ preseed, members: servers, localScope },
    overrides: {
      server2: {
        services: [],
        storage_pools: { fast: { source: '/dev/sdb' } },
        networks: { meshbr0: { 'tunnel.mesh.interface': 'eth9' } },
      },
    },
    builtIns: { server1: factsOf('server1', 1), server2: factsOf('server2', 2) },
  });
  const memberConfig = (key: string) => items.find((item) => item.key === key);
  expect(memberConfig('storage-pool/fast')).toMatchObject({
    body: { config: {} },
    member_config: { server1: { source: '/dev/disk/server1' }, server2: { source: '/dev/sdb' } },
  });
  expect(memberConfig('network/default/uplink')).toMatchObject({
    member_config: { server1: { parent: 'enp1s0' }, server2: { parent: 'enp2s0' } },
  });
  expect(memberConfig('network/default/meshbr0')).toMatchObject({
    member_config: { server1: { 'tunnel.mesh.interface': 'eth0' }, server2: { 'tunnel.mesh.interface': 'eth9' } },
  });
});
