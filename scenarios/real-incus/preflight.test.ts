import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Preflight } from '@operations-center/contract';
import { makeCertificate } from '@operations-center/tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Eyes, makeEyes } from '../lib/incus-eyes.ts';
import { type Lab, startLab } from '../lib/lab.ts';
import { healthyRequest, misjudged, type PreflightCase, problemsOf } from '../lib/preflight-cases.ts';
import { until } from '../lib/world.ts';

/** What is wrong is made with Incus' own API on three real incusd; what IncusOS says is simulated. */
let lab: Lab;
let eyes: Eyes;
let other: { eyes: Eyes; certificate: string; fingerprint: string };

beforeAll(async () => {
  lab = await startLab({ members: 3 });
  eyes = makeEyes(lab.daemon);
  const made = await makeCertificate({ commonName: 'somebody', usage: 'client' });
  other = { ...made, eyes: makeEyes(lab.daemon, made) };
});
afterAll(async () => {
  await eyes?.close();
  await other?.eyes.close();
  await lab?.stop();
});
afterEach(() => lab.setFaults());

/** ZFS is not in every kernel. */
const dirPool = { storage_pools: [{ name: 'local', driver: 'dir' }] };

async function check(request: Record<string, unknown> = {}): Promise<Preflight> {
  const body = { ...healthyRequest, application_seed_config: dirPool, ...request };
  const asked = await lab.daemon.client('clusters_preflight', { body });
  if (asked.kind !== 'ok') throw new Error(JSON.stringify(asked));
  return asked.metadata;
}

const urlOf = (server: string): string => lab.servers.find(({ name }) => name === server)?.url ?? '';
const post = (server: string, path: string, body: unknown) => eyes.change('POST', urlOf(server), path, body);
const remove = (server: string, path: string) => eyes.change('DELETE', urlOf(server), path, {});
const patch = (server: string, config: Record<string, string>) =>
  eyes.change('PATCH', urlOf(server), '/1.0', { config });

type RealCase = Omit<PreflightCase, 'faults'> & { make(): Promise<void>; unmake(): Promise<void> };

const made = (check: string, server: string, what: string, path: string, body: { name: string }): RealCase => ({
  ...{ what, check, verdict: 'blocking', servers: [server] },
  make: () => post(server, path, body),
  unmake: () => remove(server, `${path}/${body.name}`),
});
const set = (check: string, server: string, key: string, value: string): RealCase => ({
  ...{ what: `${key} is set`, check, verdict: 'warning', servers: [server] },
  make: () => patch(server, { [key]: value }),
  unmake: () => patch(server, { [key]: '' }),
});

const certificate = (type: 'client' | 'server') => ({ type, name: 'somebody', certificate: derOf(other.certificate) });
/** Base64 of the DER, as Incus takes it. */
const derOf = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');

const bridge = { type: 'bridge', config: { 'ipv4.address': 'none', 'ipv6.address': 'none' } };
const root = { root: { type: 'disk', path: '/', pool: 'theirs' } };
const container = { name: 'c1', type: 'container', source: { type: 'none' }, devices: root };
const pool = { name: 'theirs', driver: 'dir', config: {} };
const nothing = async (): Promise<void> => {};

const cases: readonly RealCase[] = [
  made('joiner-pools', 'server3', 'a pool on a joiner', '/1.0/storage-pools', pool),
  made('joiner-projects', 'server2', 'a project on a joiner', '/1.0/projects', { name: 'theirs' }),
  made('joiner-projects', 'server3', 'a profile on a joiner', '/1.0/profiles', { name: 'theirs' }),
  made('joiner-networks', 'server2', 'a network on a joiner', '/1.0/networks', { name: 'br9', ...bridge }),
  {
    ...{ what: 'an instance on a joiner', check: 'joiner-instances', verdict: 'blocking', servers: ['server3'] },
    also: ['joiner-pools'],
    async make() {
      await post('server3', '/1.0/storage-pools', pool);
      await post('server3', '/1.0/instances', container);
      await until(
        'c1 to be there',
        async () => (await eyes.get<string[]>(urlOf('server3'), '/1.0/instances')).length === 1,
      );
    },
    async unmake() {
      await remove('server3', '/1.0/instances/c1');
      await until(
        'c1 to be gone',
        async () => (await eyes.get<string[]>(urlOf('server3'), '/1.0/instances')).length === 0,
      );
      await remove('server3', '/1.0/storage-pools/theirs');
    },
  },
  made('pool-names-free', 'server1', 'a pool of a wanted name', '/1.0/storage-pools', { ...pool, name: 'local' }),
  made('network-names-free', 'server1', 'a network of a wanted name', '/1.0/networks', { name: 'incusbr0', ...bridge }),
  {
    ...made('first-server-empty', 'server1', 'a project on the first', '/1.0/projects', { name: 'theirs' }),
    verdict: 'warning',
  },
  {
    ...{ what: 'a former member is trusted', check: 'leftover-trust', verdict: 'blocking', servers: ['server1'] },
    make: () => post('server1', '/1.0/certificates', certificate('server')),
    unmake: () => remove('server1', `/1.0/certificates/${other.fingerprint}`),
  },
  {
    ...{ what: 'a client of its own', check: 'joiner-clients', verdict: 'warning', servers: ['server2'] },
    make: () => post('server2', '/1.0/certificates', certificate('client')),
    unmake: () => remove('server2', `/1.0/certificates/${other.fingerprint}`),
  },
  set('joiner-config', 'server3', 'user.theirs', 'set by hand'),
  {
    ...{
      what: 'a cluster address left behind',
      check: 'cluster-address-leftover',
      verdict: 'warning',
      servers: ['server2'],
    },
    make: () => patch('server2', { 'cluster.https_address': new URL(urlOf('server2')).host }),
    unmake: () => patch('server2', { 'cluster.https_address': '' }),
  },
  {
    ...{ what: 'we are trusted no more', check: 'trusts-us', verdict: 'blocking', servers: ['server3'] },
    async make() {
      await post('server3', '/1.0/certificates', certificate('client'));
      await other.eyes.change('DELETE', urlOf('server3'), `/1.0/certificates/${ownFingerprint()}`, {});
    },
    async unmake() {
      const own = readFileSync(join(lab.daemon.directory, 'client.crt'), 'utf8');
      const again = { type: 'client', name: 'operations-center', certificate: derOf(own) };
      await other.eyes.change('POST', urlOf('server3'), '/1.0/certificates', again);
      await remove('server3', `/1.0/certificates/${other.fingerprint}`);
    },
  },
  {
    ...{
      what: 'a driver that nobody offers',
      check: 'pool-drivers',
      verdict: 'blocking',
      make: nothing,
      unmake: nothing,
    },
    ...{ servers: ['server1', 'server2', 'server3'], request: { application_seed_config: {} } },
  },
  {
    ...{
      what: 'a key that Incus does not know',
      check: 'config-keys',
      verdict: 'blocking',
      make: nothing,
      unmake: nothing,
    },
    ...{ servers: [], request: { application_seed_config: { ...dirPool, config: { 'core.no_such_key': '1' } } } },
  },
  {
    ...{ what: 'an incusd that is down', check: 'reachable', verdict: 'blocking', servers: ['server2'] },
    also: ['server-ready'],
    make: async () => void (await lab.lab('kill', '2')),
    async unmake() {
      await lab.lab('start', '2');
      await until('server2 to be well', async () => problemsOf(await check()).length === 0);
    },
  },
  ...(
    [
      ['tpm', 'server3', 'tpm-mismatch@server3'],
      ['free-space', 'server1', 'disk-full@server1'],
      ['no-reboot-pending', 'server2', 'needs-reboot@server2'],
      ['link-state', 'server3', 'link-down@server3'],
    ] as const
  ).map(
    ([check, server, fault]): RealCase => ({
      ...{ what: fault, check, verdict: 'blocking', servers: [server], unmake: nothing },
      make: async () => lab.setFaults(fault),
    }),
  ),
];

let own = '';
const ownFingerprint = (): string => own;

test('three real Incus with nothing on them have nothing to be said of', async () => {
  own = (await eyes.get<{ auth_user_name: string }>(urlOf('server1'), '/1.0')).auth_user_name;
  const preflight = await check({ services_config: { lvm: { enabled: true } } });
  expect(problemsOf(preflight)).toEqual([]);
  expect(preflight.findings.filter(({ verdict }) => verdict === 'skipped')).toEqual([]);
});

test('an address for all interfaces is none of a problem: each gets its own before the bootstrap', async () => {
  const before = new URL(urlOf('server1')).host;
  await patch('server1', { 'core.https_address': ':8443' });
  expect(problemsOf(await check())).toEqual([]);
  await patch('server1', { 'core.https_address': before });
});

test.each(cases.map((one) => [one.what, one.check, one] as const))('%s: %s', async (_what, _check, one) => {
  await one.make();
  const found = await check(one.request);
  await one.unmake();
  expect(misjudged({ ...one, faults: [] }, found)).toEqual([]);
});

test('one that was clustered by hand shows the certificate of its cluster, and is a stranger', async () => {
  await patch('server3', { 'cluster.https_address': new URL(urlOf('server3')).host });
  await eyes.change('PUT', urlOf('server3'), '/1.0/cluster', { server_name: 'server3', enabled: true });
  const blocking = async () => (await check()).findings.filter(({ verdict }) => verdict === 'blocking');
  await until('the certificate to change', async () =>
    (await blocking()).some((one) => one.check === 'certificate-pinned'),
  );
  expect((await blocking()).find((one) => one.check === 'certificate-pinned')?.servers).toEqual(['server3']);
});
