import { expect, test } from 'vitest';
import { openAnything } from '../../../testing/sealed-database.ts';
import { allotLvmIds, noteSeen } from '../lvm/lvm-ids.rules.ts';
import { holdLvmIds, listLvmIds, saveSeen } from '../lvm/lvm-ids.store.ts';
import { clusterNames, operationsOf, serversOf, startWorld } from '../testing/world.ts';

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
  expect(openAnything(world.sealer, inputs?.request ?? '')).toContain('very-secret');
  expect(JSON.parse(inputs?.versions ?? '')).toMatchObject({ workflow: 1, incus: { name: 'incus' } });
});
