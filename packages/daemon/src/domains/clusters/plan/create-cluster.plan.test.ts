import { localScopeFrom, MetadataConfiguration, SystemNetwork } from '@operations-center/fleet-protocol';
import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import { openAnything } from '../../../testing/sealed-database.ts';
import { creationArtifacts } from '../artifacts/creation-artifacts.plan.ts';
import { readCreateRequest } from '../creation/create-request.rules.ts';
import type { Snapshot } from '../look/creation-facts.ts';
import type { LvmId } from '../lvm/lvm-id.ts';
import { localKeys } from '../testing/stand-in.ts';
import { emptyServer, postOf } from '../testing/values.ts';
import { planAddresses } from './choose-addresses.plan.ts';
import { planCreateCluster } from './create-cluster.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));

type Interfaces = Record<string, { addresses: string[] | null; roles: string[] | null }>;
const network = (interfaces: Interfaces) => SystemNetwork.parse({ config: null, state: { interfaces } });

/** The page's two example files. */
const page = {
  server_names: ['server1', 'server2', 'server3'],
  connection_url: 'https://127.77.0.11:8443',
  services_config: {
    lvm: { enabled: true },
    nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
  },
  application_seed_config: { config: { 'user.ui.title': 'My wonderful cluster' } },
};

type Services = Record<string, Record<string, unknown>>;

function snapshotOf(names: readonly string[], services: Services = {}, interfaces?: Interfaces): Snapshot {
  const found = { lvm: { enabled: false, system_id: 0 }, nvme: { enabled: false, targets: [] }, ...services };
  return {
    servers: names.map((name, at) => ({
      server: emptyServer(name),
      machine: `uuid-of-${name}`,
      services: found,
      ...{ config: {}, contents: [], certificates: [] },
      network: network(
        interfaces ?? { eth0: { addresses: [`127.77.0.${11 + at}`], roles: ['management', 'cluster'] } },
      ),
    })),
    lvm: names.map((name) => ({
      machine: `uuid-of-${name}`,
      server: name,
      enabled: found.lvm.enabled,
      id: found.lvm.system_id,
    })),
    local_scope: localScopeFrom(MetadataConfiguration.parse(localKeys)),
    looked_at: 1,
  };
}

const holdings = { lvm: [] as LvmId[], mesh: [] as number[], ula_prefix: 'fd42:1:2:3::/64' };

function planOf(change: Record<string, unknown>, snapshot: Snapshot, held: Partial<typeof holdings> = {}) {
  return planCreateCluster(readCreateRequest(postOf(change), 'stable'), snapshot, { ...holdings, ...held }, sealer);
}

test("the plan of the page's example", async () => {
  const { plan, lvm_ids, mesh_id } = planOf(page, snapshotOf(page.server_names));
  const opened: unknown = JSON.parse(openAnything(sealer, JSON.stringify({ plan, lvm_ids, mesh_id })));
  await expect(`${JSON.stringify(opened, undefined, 2)}\n`).toMatchFileSnapshot('plan-of-the-page.golden.json');
});

test('our own certificate is left as it is, and that is said', async () => {
  const { certificate, fingerprint } = await makeCertificate({ commonName: 'ours', usage: 'client' });
  const certificates = [{ type: 'client', name: 'ours', certificate, restricted: true }];
  const request = readCreateRequest(postOf({ application_seed_config: { certificates } }), 'stable');
  const plan = (own_fingerprint: string) =>
    planCreateCluster(request, snapshotOf(['server1']), holdings, sealer, { live: {}, own_fingerprint }).plan;
  const kinds = (own: string) => plan(own).items.map(({ kind }) => kind);
  expect([kinds('another').includes('certificate'), kinds(fingerprint).includes('certificate')]).toEqual([true, false]);
  expect(plan(fingerprint).notes.map(({ code }) => code)).toContain('own_certificate');
});

test('no secret stands open in a plan', () => {
  const { plan } = planOf(
    {
      ...page,
      services_config: { ceph: { enabled: true, clusters: { c: { keyrings: { k: { key: 'very-secret' } } } } } },
      application_seed_config: { profiles: [{ name: 'p', config: { 'cloud-init.user-data': 'very-secret' } }] },
    },
    snapshotOf(page.server_names),
  );
  expect(JSON.stringify(plan)).not.toContain('very-secret');
  expect(openAnything(sealer, JSON.stringify(plan))).toContain('very-secret');
});

const nvme = page.services_config.nvme;
test.each<[string, Services, string[], string[]]>([
  ['other: called, in the order of IncusOS', {}, ['nvme', 'lvm'], []],
  ['equal: no call', { nvme }, ['lvm'], ['nvme']],
  [
    'equal but for zero values: no call',
    { nvme: { ...nvme, nqn: '', targets: [{ ...nvme.targets[0], nqn: '' }] } },
    ['lvm'],
    ['nvme'],
  ],
  ['lvm enabled with its id: no call', { lvm: { enabled: true, system_id: 9 } }, ['nvme'], ['lvm']],
  ['lvm enabled without an id', { lvm: { enabled: true, system_id: 0 } }, ['nvme', 'lvm'], []],
  ['one that is not named is not touched', { usbip: { enabled: true } }, ['nvme', 'lvm'], []],
])('services: %s', (_, found, called, already) => {
  const { plan } = planOf({ ...page, server_names: ['server1'] }, snapshotOf(['server1'], found));
  expect(plan.servers[0]?.services.map(({ name }) => name)).toEqual(called);
  expect(plan.servers[0]?.services_already).toEqual(already);
});

test('lvm that is switched off gets no id of ours', () => {
  const snapshot = snapshotOf(['server1'], { lvm: { enabled: true, system_id: 4 } });
  const { plan, lvm_ids } = planOf(
    { services_config: { lvm: { enabled: false, system_id: 3 } } },
    { ...snapshot, lvm: [] },
  );
  const [lvm] = plan.servers[0]?.services ?? [];
  expect(lvm_ids).toEqual([]);
  expect(JSON.parse(openAnything(sealer, JSON.stringify(lvm)))).toMatchObject({
    config: JSON.stringify({ enabled: false, system_id: 3 }),
    before: JSON.stringify({ enabled: true, system_id: 4 }),
  });
});

test('a system_id in the file is replaced, and said so', () => {
  const { lvm_ids, plan } = planOf(
    { services_config: { lvm: { enabled: true, system_id: 0 } } },
    snapshotOf(['server1']),
    {
      lvm: [{ machine: 'x', id: 1, server: 'x', held_by: null, changed_at: 0 }],
    },
  );
  expect(lvm_ids).toEqual([{ machine: 'uuid-of-server1', server: 'server1', id: 2 }]);
  expect(plan.notes).toContainEqual({
    code: 'system_id_allotted',
    message: 'system_id of lvm is allotted by server: server1 2',
  });
});

test('the mesh gets the smallest id from 1000 on that no cluster has', () => {
  expect(planOf({}, snapshotOf(['server1']), { mesh: [1000, 1002] }).mesh_id).toBe(1001);
});

test.each<[string, Interfaces, unknown]>([
  [
    'one interface for all',
    { eth0: { addresses: ['10.0.0.1'], roles: ['management', 'cluster'] } },
    ['10.0.0.1:8443', '10.0.0.1:8443', 'eth0'],
  ],
  [
    'no cluster role',
    { eth0: { addresses: ['10.0.0.1'], roles: ['management'] } },
    ['10.0.0.1:8443', '10.0.0.1:8443', 'eth0'],
  ],
  [
    'a network of its own for the cluster',
    { eth0: { addresses: ['10.0.0.1'], roles: ['management'] }, eth1: { addresses: ['10.1.0.1'], roles: ['cluster'] } },
    ['10.0.0.1:8443', '10.1.0.1:8443', 'eth1'],
  ],
  [
    'a cluster interface without an address',
    { eth0: { addresses: ['10.0.0.1'], roles: ['management'] }, eth1: { addresses: null, roles: ['cluster'] } },
    ['10.0.0.1:8443', '10.0.0.1:8443', 'eth0'],
  ],
  [
    'IPv6 before IPv4, but not one of the link',
    { eth0: { addresses: ['10.0.0.1', 'fe80::1', 'fd42::1'], roles: ['management'] } },
    ['[fd42::1]:8443', '[fd42::1]:8443', 'eth0'],
  ],
  [
    'two interfaces of one role: the first by name',
    {
      eth1: { addresses: ['10.0.0.2'], roles: ['management'] },
      eth0: { addresses: ['10.0.0.1'], roles: ['management'] },
    },
    ['10.0.0.1:8443', '10.0.0.1:8443', 'eth0'],
  ],
  ['no management role', { eth0: { addresses: ['10.0.0.1'], roles: ['cluster'] } }, undefined],
  ['nothing at all', {}, undefined],
])('addresses: %s', (_, interfaces, expected) => {
  const planned = planAddresses(network(interfaces));
  expect(planned && [planned.management, planned.cluster, planned.mesh_interface]).toEqual(expected);
});

test('a server without a management address is refused by name', () => {
  const message = 'Server "server1" has no address with the role management: Operation not permitted';
  expect(() => planOf({}, snapshotOf(['server1'], {}, {}))).toThrow(message);
});

test('a configuration of more than anybody could plan with is no artifact, and a note says so', () => {
  const server_names = Array.from({ length: 50 }, (_, at) => `server${at + 1}`);
  const planWith = (count: number) => {
    const storage_volumes = Array.from({ length: count }, (_, at) => ({ name: `v${at}`, pool: 'local' }));
    const given = postOf({ server_names, application_seed_config: { storage_volumes } });
    const { plan } = planOf(given, snapshotOf(server_names));
    const shown = {} as Parameters<typeof creationArtifacts>[0]['shown']; // only written down
    const artifacts = creationArtifacts({ id: 'x', given, plan, shown, sealer, secrets: { names: [], texts: [] } });
    return { names: artifacts.map(({ name }) => name), notes: plan.notes.map(({ code }) => code), plan };
  };
  // The defaults come to ten items more.
  const few = planWith(390);
  expect(few.plan.items).toHaveLength(400);
  expect(few.names).toEqual(['inputs', 'plan', 'terraform-configuration']);
  expect(few.notes).not.toContain('artifact_left_out');
  const many = planWith(391);
  expect(many.names).toEqual(['inputs', 'plan']);
  expect(many.notes).toContain('artifact_left_out');
});
