import { expect, test } from 'vitest';
import { clusterNames, operationsOf, serversOf, startWorld, type World } from '../testing/world.ts';

test('nothing but questions goes to the servers before the name is taken', async () => {
  await using world = await startWorld();
  await world.create({ services_config: { lvm: { enabled: true } } });
  const asked = world.stands.map(({ server }) => server.seen.map(({ method, url }) => `${method} ${url}`).sort());
  expect(asked.flat().filter((one) => !one.startsWith('GET '))).toEqual([]);
  for (const list of asked) expect(list).toEqual([...new Set(list)]);
  // Not of the cluster, but their ids are taken.
  expect(asked.slice(1)).toEqual([['GET /os/1.0/services/lvm'], ['GET /os/1.0/services/lvm']]);
});

test('a server that answers the ping and then hangs is asked as much as fits beside each other, and no more', async () => {
  await using world = await startWorld(2);
  const [hanging] = world.stands;
  if (hanging !== undefined) hanging.state.answer = 'only the ping';
  const request = { name: 'wonderful', server_names: ['server1', 'server2'], server_type: 'incus' };
  const { status, body } = await world.ask('POST', '/1.0/provisioning/clusters/:preflight', request);
  expect(status).toBe(200);
  expect(JSON.stringify(body.metadata)).toContain('server1: GET /1.0: no complete answer within 2.5 s');
  expect(hanging?.server.seen.map(({ url }) => url)).toEqual(['/', expect.any(String), expect.any(String)]);
  // The other one was asked everything all the same.
  expect(world.stands[1]?.server.seen.length).toBeGreaterThan(10);
});

test('where only IncusOS hangs, Incus is asked everything all the same', async () => {
  await using world = await startWorld(1);
  const [half] = world.stands;
  if (half !== undefined) half.state.answer = 'only Incus';
  const request = { name: 'wonderful', server_names: ['server1'], server_type: 'incus' };
  await world.ask('POST', '/1.0/provisioning/clusters/:preflight', request);
  const asked = half?.server.seen.map(({ url }) => url) ?? [];
  expect(asked.filter((url) => url?.startsWith('/os')).length).toBeLessThanOrEqual(2);
  expect(asked).toEqual(expect.arrayContaining(['/1.0/projects', '/1.0/certificates?recursion=1']));
});

type Change = (world: World) => void;
const first =
  (change: (state: World['stands'][number]['state']) => void): Change =>
  (world) => {
    const [stand] = world.stands;
    if (stand !== undefined) change(stand.state);
  };

test.each<[string, Change, Record<string, unknown>, number, string, RegExp]>([
  [
    '22 not reachable',
    (world) => void world.stands[0]?.server[Symbol.asyncDispose](),
    {},
    502,
    'cluster_server_unreachable',
    /^Failed creating cluster: Connection test for server "server1" failed: /,
  ],
  [
    '22 garbage',
    first((state) => {
      state.answer = 'garbage';
    }),
    {},
    502,
    'cluster_server_unreachable',
    /Connection test for server "server1" failed: /,
  ],
  [
    '22 HTML',
    first((state) => {
      state.answer = 'html';
    }),
    {},
    502,
    'cluster_server_unreachable',
    /Connection test for server "server1" failed: /,
  ],
  [
    '22 no answer',
    first((state) => {
      state.answer = 'nothing';
    }),
    {},
    502,
    'cluster_server_unreachable',
    /within 1 s/,
  ],
  [
    '22 an endless answer',
    first((state) => {
      state.answer = 'endless';
    }),
    {},
    502,
    'cluster_server_unreachable',
    /Connection test for server "server1" failed: /,
  ],
  [
    'clustered behind our back',
    first((state) => {
      state.clustered = true;
    }),
    {},
    400,
    'cluster_server_taken',
    /Server "server1" is a member of an Incus cluster already/,
  ],
  [
    'trusts us no more',
    first((state) => {
      state.trusted = false;
    }),
    {},
    400,
    'cluster_server_unsuitable',
    /does not trust our client certificate/,
  ],
  [
    'no management address',
    first((state) => {
      state.interfaces = {};
    }),
    {},
    400,
    'cluster_server_unsuitable',
    /has no address with the role management/,
  ],
  [
    'unknown service',
    () => undefined,
    { services_config: { nvmee: { enabled: true } } },
    400,
    'service_unknown',
    /^Failed creating cluster: Failed to enable OS service "nvmee" on "server1": not found \(did you mean "nvme"\?\)/,
  ],
  [
    'unknown server',
    () => undefined,
    { server_names: ['server1', 'nobody'] },
    404,
    'server_not_found',
    /^Failed creating cluster: Failed to get server "nobody" by name: Not found$/,
  ],
  [
    'a name that is none',
    () => undefined,
    { name: '..' },
    400,
    'name_invalid',
    /^Failed creating cluster: Invalid cluster, name/,
  ],
  [
    'other type',
    () => undefined,
    { server_type: 'incus-lts-7.0' },
    400,
    'cluster_server_unsuitable',
    /Server "server1" has type "incus" but "incus-lts-7.0" was expected/,
  ],
  [
    'no type of ours',
    () => undefined,
    { server_type: 'toaster' },
    400,
    'body_invalid',
    /^Bad Request: server_type: "toaster" is not a valid server type$/,
  ],
  [
    'unknown channel',
    () => undefined,
    { channel: 'nightly' },
    400,
    'cluster_server_unsuitable',
    /update channel "stable" does not match channel requested for cluster "nightly"/,
  ],
  ['wrong types', () => undefined, { server_names: 'server1' }, 400, 'body_invalid', /^Bad Request: server_names: /],
])('refused before the name is taken: %s', async (_, change, wish, status, code, error) => {
  await using world = await startWorld(1);
  change(world);
  expect(await world.create(wish)).toMatchObject({ status, body: { code, error: expect.stringMatching(error) } });
  expect(await clusterNames(world)).toEqual([]);
  expect(await operationsOf(world)).toEqual([]);
  expect(await serversOf(world)).toEqual([{ name: 'server1', cluster: null, forming: null }]);
  expect(world.stands[0]?.server.seen.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('a joiner that holds something is refused, the first server is not', async () => {
  await using world = await startWorld(2);
  const [bootstrapped, joiner] = world.stands.map(({ state }) => state);
  if (bootstrapped === undefined || joiner === undefined) throw new Error('two stand-ins');
  joiner.contents = { '/1.0/storage-pools': ['/1.0/storage-pools/local'] };
  const server_names = ['server1', 'server2'];
  expect(await world.create({ server_names })).toMatchObject({
    status: 400,
    body: {
      code: 'cluster_server_unsuitable',
      error: expect.stringContaining('Server "server2" is not empty (storage-pool/local)'),
    },
  });
  [bootstrapped.contents, joiner.contents] = [{ '/1.0/storage-pools': ['/1.0/storage-pools/other'] }, {}];
  expect(await world.create({ server_names })).toMatchObject({ status: 201 });
});
