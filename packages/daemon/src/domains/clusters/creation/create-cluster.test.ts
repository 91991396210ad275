import { expect, test } from 'vitest';
import { allotLvmIds, noteSeen } from '../lvm/lvm-ids.rules.ts';
import { holdLvmIds, listLvmIds, saveSeen } from '../lvm/lvm-ids.store.ts';
import { clusterNames, operationsOf, serversOf, startWorld, type World } from '../testing/world.ts';

const path = '/1.0/provisioning/clusters';

test('POST makes a cluster and answers as OC does', async () => {
  await using world = await startWorld();
  const reply = await world.create({ server_names: ['server1', 'server3'] });
  expect(reply).toMatchObject({ status: 201, headers: { location: `${path}/wonderful` }, body: { metadata: null } });
  expect(await clusterNames(world)).toEqual([`${path}/wonderful`]);
  expect((await world.ask('GET', `${path}/wonderful`)).body.metadata).toMatchObject({
    status: 'ready',
    channel: 'stable',
  });
  expect(await serversOf(world)).toMatchObject([{ cluster: 'wonderful' }, { cluster: null }, { cluster: 'wonderful' }]);
  expect(await operationsOf(world)).toMatchObject([
    { status: 'Success', status_code: 200, err: '', may_cancel: false },
  ]);
});

test('nothing but questions goes to the servers before the name is taken', async () => {
  await using world = await startWorld();
  await world.create({ services_config: { lvm: { enabled: true } } });
  const asked = world.stands.map(({ server }) => server.seen.map(({ method, url }) => `${method} ${url}`).sort());
  expect(asked.flat().filter((one) => !one.startsWith('GET '))).toEqual([]);
  for (const list of asked) expect(list).toEqual([...new Set(list)]);
  // Not of the cluster, but their ids are taken.
  expect(asked.slice(1)).toEqual([['GET /os/1.0/services/lvm'], ['GET /os/1.0/services/lvm']]);
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
    /within 1000 ms/,
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

test('names of every script are taken, and Location carries them', async () => {
  await using world = await startWorld();
  const name = '日本 #1';
  const reply = await world.create({ name });
  expect(reply).toMatchObject({ status: 201, headers: { location: `${path}/%E6%97%A5%E6%9C%AC%20%231` } });
  expect(await world.ask('GET', String(reply.headers['location']))).toMatchObject({ body: { metadata: { name } } });
  expect(await clusterNames(world)).toEqual([`${path}/${name}`]);
});

test('a creation that is taken back names server, step, cause and operation, and leaves nothing', async () => {
  await using world = await startWorld();
  world.work.wish = 'fail';
  const reply = await world.create({});
  const [operation] = await operationsOf(world);
  expect(reply).toMatchObject({
    status: 502,
    body: {
      code: 'cluster_create_failed',
      error: `Failed creating cluster: server1: join-member: no route; what was made is taken back, operation ${operation.id}`,
      hint: 'Look at it.',
      details: {
        operation: operation.id,
        status: 'undone',
        step: 'join-member',
        target: 'server1',
        cause: 'join_failed',
      },
    },
  });
  expect(operation).toMatchObject({ status: 'Failure', status_code: 400, err: 'server1: join-member: no route' });
  expect(await clusterNames(world)).toEqual([]);
  world.work.wish = 'succeed';
  expect(await world.create({})).toMatchObject({ status: 201 });
});

test('one that needs a person says so with the ways out, and DELETE takes it back', async () => {
  await using world = await startWorld();
  world.work.wish = 'ask';
  const reply = await world.create({});
  expect(reply).toMatchObject({ status: 502, body: { code: 'cluster_create_failed' } });
  expect(reply.body.error).toMatch(/it needs a person to choose, operation [-0-9a-f]{36} \(retry, undo, leave\)$/);
  expect(await world.create({ description: 'other' })).toMatchObject({ status: 400, body: { code: 'cluster_exists' } });
  expect(await world.ask('DELETE', `${path}/wonderful`)).toMatchObject({ status: 200, body: { metadata: {} } });
  expect(await clusterNames(world)).toEqual([]);
});

test('without waiting the operation is answered, and the same POST attaches to it', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const begun = await world.create({}, '?wait=false');
  expect(begun).toMatchObject({
    status: 202,
    body: {
      type: 'async',
      status: 'Operation created',
      status_code: 100,
      metadata: { class: 'task', metadata: { workflow: 'create-cluster' } },
    },
  });
  const { operation } = begun.body;
  expect((await world.create({}, '', { headers: { prefer: 'respond-async' } })).body.operation).toBe(operation);
  expect(await world.create({ description: 'other' })).toMatchObject({ status: 400, body: { code: 'cluster_exists' } });
  const attached = world.create({});
  await world.work.started;
  // Asked after it, answered after it was taken up.
  expect((await world.create({}, '?wait=0')).body.operation).toBe(operation);
  world.work.go();
  expect(await attached).toMatchObject({ status: 201 });
  expect(await operationsOf(world)).toHaveLength(1);
  expect(await world.create({})).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('already exists: Operation not permitted') },
  });
});

test('two equal requests at the same moment make one cluster; two others over one server, too', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const both = await Promise.all([world.create({}, '?wait=false'), world.create({}, '?wait=false')]);
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  expect(await operationsOf(world)).toHaveLength(1);
  world.work.go();
  const rivals = await Promise.all(
    ['a', 'b'].map((name) => world.create({ name, server_names: ['server2', 'server3'] })),
  );
  expect(new Set(rivals.map(({ status }) => status))).toEqual(new Set([201, 400]));
  expect(rivals.find(({ status }) => status === 400)?.body.code).toBe('cluster_server_taken');
  expect(await clusterNames(world)).toHaveLength(2);
});

test('a client that goes away changes nothing', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const leaving = new AbortController();
  const reply = world.create({}, '', { signal: leaving.signal });
  await world.work.started;
  leaving.abort();
  await expect(reply).rejects.toThrow('abort');
  const [operation] = await operationsOf(world);
  expect(operation).toMatchObject({ status: 'Running' });
  world.work.go();
  expect(await world.ask('GET', `/1.0/operations/${operation.id}/wait`)).toMatchObject({
    body: { metadata: { status: 'Success' } },
  });
  expect(await world.ask('GET', `${path}/wonderful`)).toMatchObject({ body: { metadata: { status: 'ready' } } });
});

test('when the daemon stops, who waits is told that the creation goes on', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const reply = world.create({});
  await world.work.started;
  await world.stopOperations();
  expect(await reply).toMatchObject({
    status: 503,
    body: { code: 'shutting_down', error: expect.stringMatching(/operation [-0-9a-f]{36} goes on/) },
  });
  expect(await clusterNames(world)).toEqual([`${path}/wonderful`]);
});

test('DELETE of one that is being made cancels it, takes it back, and waits', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const creating = world.create({});
  await world.work.started;
  const deleting = world.ask('DELETE', `${path}/wonderful`);
  while ((await operationsOf(world))[0].status !== 'Cancelling');
  world.work.go();
  expect(await deleting).toMatchObject({ status: 200 });
  expect(await creating).toMatchObject({
    status: 400,
    body: { code: 'cluster_create_ended', error: expect.stringContaining('cancelled; what was made is taken back') },
  });
  expect(await clusterNames(world)).toEqual([]);
  expect((await serversOf(world))[0]).toEqual({ name: 'server1', cluster: null, forming: null });
});

test('ids of lvm: each machine its own, kept by the one that failed until it is seen off', async () => {
  await using world = await startWorld(4);
  const services_config = { lvm: { enabled: true } };
  const ids = async () => world.database.rows('select server, id from lvm_ids order by server, id');
  world.work.wish = 'fail';
  await world.create({ services_config, server_names: ['server1', 'server2'] });
  const offline = world.stands[1];
  if (offline !== undefined) offline.state.answer = 'nothing';
  world.work.wish = 'succeed';
  await world.create({ services_config, server_names: ['server3', 'server4'] });
  expect(await ids()).toEqual([
    // server1 was seen with lvm off and gave its id back; server2 was not seen.
    { server: 'server2', id: 2 },
    { server: 'server3', id: 1 },
    { server: 'server4', id: 3 },
  ]);
});

test('200 creations at once never give one lvm id to two machines', async () => {
  await using world = await startWorld(0);
  const machinesOf = (at: number) => ['a', 'b', 'c'].map((letter) => `${letter}${at}`);
  const allotted = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      world.database.write('test', async (tx) => {
        const seen = machinesOf(at).map((machine) => ({ machine, server: machine, enabled: false, id: 0 }));
        await saveSeen(tx, noteSeen(await listLvmIds(tx), seen, 0));
        const found = allotLvmIds(await listLvmIds(tx), seen);
        if (!('ids' in found)) throw new Error('no id');
        await holdLvmIds(tx, found.ids, String(at), 1);
        return found.ids.map(({ id }) => id);
      }),
    ),
  );
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  expect(allotted.flat().sort((a, b) => a - b)).toEqual(numbers(600));
});

test('inputs are kept, sealed', async () => {
  await using world = await startWorld();
  await world.create({ services_config: { nvme: { enabled: true, targets: [{ address: 'very-secret' }] } } });
  const [inputs] = await world.database.rows<{ request: string; plan: string; versions: string }>(
    'select * from cluster_inputs',
  );
  expect(JSON.stringify(inputs)).not.toContain('very-secret');
  expect(JSON.parse(world.sealer.openAll(`"${inputs?.request}"`))).toContain('very-secret');
  expect(JSON.parse(inputs?.versions ?? '')).toMatchObject({ workflow: 1, incus: { name: 'incus' } });
});
