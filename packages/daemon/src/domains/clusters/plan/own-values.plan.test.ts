import { localScopeFrom, MetadataConfiguration, SystemNetwork } from '@operations-center/fleet-protocol';
import { expect, test } from 'vitest';
import { makeSealer, type Sealed } from '../../../platform/keys/sealing.ts';
import { readRequest } from '../creation/read-request.service.ts';
import type { Snapshot } from '../look/creation-facts.ts';
import { localKeys } from '../testing/stand-in.ts';
import { emptyServer, postOf } from '../testing/values.ts';
import { planCreateCluster } from './create-cluster.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const names = ['server1', 'server2', 'server3'];
const holdings = { lvm: [], mesh: [], ula_prefix: 'fd42:1:2:3::/64' };
const parts = {
  defaultChannel: () => 'stable',
  templates: {
    render: async () => {
      throw new Error('there is no template here');
    },
  },
};

const snapshot: Snapshot = {
  servers: names.map((name, at) => ({
    server: emptyServer(name),
    machine: `uuid-of-${name}`,
    services: { lvm: { enabled: false, system_id: 0 }, nvme: { enabled: false }, ovn: { enabled: false } },
    ...{ config: {}, contents: [], certificates: [] },
    network: SystemNetwork.parse({
      config: null,
      state: {
        interfaces: {
          eth0: { addresses: [`10.0.0.${at + 1}`], roles: ['management'] },
          eth1: { addresses: [`fd00::${at + 1}`], roles: ['cluster'] },
        },
      },
    }),
  })),
  lvm: names.map((name) => ({ machine: `uuid-of-${name}`, server: name, enabled: false, id: 0 })),
  local_scope: localScopeFrom(MetadataConfiguration.parse(localKeys)),
  looked_at: 1,
};

async function planOf(change: Record<string, unknown>) {
  const request = await readRequest(
    parts,
    postOf({ server_names: names, connection_url: 'https://10.0.0.1:8443', ...change }),
  );
  const { plan, lvm_ids } = planCreateCluster(request, snapshot, holdings, sealer);
  const open = (sealed: Sealed) => JSON.parse(sealer.open(sealed)) as Record<string, unknown>;
  return {
    lvm_ids,
    services: plan.servers.map(({ services }) =>
      Object.fromEntries(services.map(({ name, config }) => [name, open(config)])),
    ),
    perMember: (key: string) =>
      Object.values(plan.items.find((item) => item.key === key)?.per_member ?? {}).map((sealed) => open(sealed)),
  };
}

test('a service of its own takes the place of the common one; an id of lvm only for who has it on', async () => {
  const { services, lvm_ids } = await planOf({
    services_config: { lvm: { enabled: true }, nvme: { enabled: true } },
    server_overrides: {
      server2: { services: { lvm: { enabled: false }, ovn: { enabled: true, ic_chassis: true } } },
      server3: { services: {} },
    },
  });
  expect(services).toMatchObject([
    { lvm: { enabled: true, system_id: 1 }, nvme: { enabled: true } },
    { nvme: { enabled: true }, ovn: { enabled: true, ic_chassis: true } },
    { lvm: { enabled: true, system_id: 2 }, nvme: { enabled: true } },
  ]);
  expect(services[1]).not.toHaveProperty('lvm');
  expect(lvm_ids.map(({ server, id }) => [server, id])).toEqual([
    ['server1', 1],
    ['server3', 2],
  ]);
});

test('a pool has a source of its own on each server', async () => {
  const { perMember } = await planOf({
    application_seed_config: { storage_pools: [{ name: 'fast', driver: 'zfs', config: { source: '/dev/sdb' } }] },
    server_overrides: { server3: { storage_pools: { fast: { source: '/dev/nvme0n1' } } } },
  });
  expect(perMember('storage-pool/fast')).toEqual([
    { source: '/dev/sdb' },
    { source: '/dev/sdb' },
    { source: '/dev/nvme0n1' },
  ]);
});

test('built-in variables are resolved for each server when asked for, and are plain text otherwise', async () => {
  const change = {
    services_config: {
      ovn: { enabled: true, tunnel_address: '@SERVER_CLUSTER_ADDRESS@', tunnel_protocol: 'geneve' },
    },
    application_seed_config: {
      config: { 'user.ui.title': 'of @CLUSTER_NAME@' },
      storage_pools: [
        { name: 'fast', driver: 'zfs', config: { source: '/dev/disk/by-label/@SERVER_NAME@-@SERVER_INDEX@' } },
      ],
    },
  };
  const resolved = await planOf({ ...change, builtin_variables: true });
  expect(resolved.services.map(({ ovn }) => ovn)).toMatchObject([
    { tunnel_address: 'fd00::1' },
    { tunnel_address: 'fd00::2' },
    { tunnel_address: 'fd00::3' },
  ]);
  expect(resolved.perMember('storage-pool/fast').map(({ source }) => source)).toEqual([
    '/dev/disk/by-label/server1-1',
    '/dev/disk/by-label/server2-2',
    '/dev/disk/by-label/server3-3',
  ]);
  const plain = await planOf({ application_seed_config: change.application_seed_config });
  expect(plain.perMember('storage-pool/fast')[0]).toEqual({
    source: '/dev/disk/by-label/@SERVER_NAME@-@SERVER_INDEX@',
  });
});

test.each([
  ['a server that is not there', { server9: {} }, /server_overrides: server9: no server of the cluster has this name/],
  [
    'a pool that is not there',
    { server1: { storage_pools: { fats: {} } } },
    /server1.storage_pools.fats: .*has no storage pool/,
  ],
  [
    'a key of all members',
    { server1: { storage_pools: { local: { 'volatile.initial_source': 'x', 'rsync.bwlimit': '1' } } } },
    /rsync.bwlimit is the same on every member/,
  ],
  ['no service', { server1: { services: { lvm: 7 } } }, /server1.services.lvm: the configuration of lvm must be a map/],
])('overrides are refused: %s', async (_, server_overrides, message) => {
  await expect(planOf({ server_overrides })).rejects.toMatchObject({ code: 'server_overrides_invalid' });
  await expect(planOf({ server_overrides })).rejects.toThrow(message);
});

test('a variable of the server in what is the cluster’s is refused, with the item', async () => {
  const application_seed_config = { profiles: [{ name: 'p', description: 'of @SERVER_NAME@' }] };
  await expect(planOf({ application_seed_config, builtin_variables: true })).rejects.toThrow(
    'profile p: @SERVER_NAME@ differs from server to server',
  );
  await planOf({ application_seed_config });
});
