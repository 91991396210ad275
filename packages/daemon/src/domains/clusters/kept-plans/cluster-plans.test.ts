import type { ClusterPlan, Finding, PlanDifference } from '@operations-center/contract';
import { preparedRun } from '@operations-center/database';
import { expect, test } from 'vitest';
import { systemClock } from '../../../platform/clock.ts';
import type { Reply } from '../testing/ask-socket.ts';
import { clusterNames, operationsOf, serversOf, startWorld, type World } from '../testing/world.ts';
import { sweepPlansLoop } from './sweep-plans.loop.ts';

const path = '/1.0/provisioning/clusters';
const request = {
  name: 'wonderful',
  connection_url: 'https://10.0.0.1:8443',
  server_names: ['server1', 'server2'],
  server_type: 'incus',
  services_config: { lvm: { enabled: true } },
};

const planOf = (world: World, change: Record<string, unknown> = {}): Promise<Reply> =>
  world.ask('POST', `${path}/:plan`, { ...request, ...change });
const run = (world: World, plan: string, query = ''): Promise<Reply> =>
  world.ask('POST', `${path}/:run${query}`, { plan });

async function planned(world: World, change: Record<string, unknown> = {}): Promise<ClusterPlan> {
  const reply = await planOf(world, change);
  expect(reply).toMatchObject({ status: 200 });
  return reply.body.metadata as ClusterPlan;
}

const differencesOf = (reply: Reply): PlanDifference[] =>
  reply.body.metadata?.differences ?? reply.body.details?.differences;

test('a plan changes nothing, and is run without its files', async () => {
  await using world = await startWorld();
  const plan = await planned(world);
  expect(plan).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    cluster: 'wonderful',
    runnable: true,
    lvm_ids: [
      { server: 'server1', id: 1 },
      { server: 'server2', id: 2 },
    ],
    mesh_id: 1000,
  });
  expect(world.stands.flatMap(({ server }) => server.seen.filter(({ method }) => method !== 'GET'))).toEqual([]);
  expect(await clusterNames(world)).toEqual([]);
  expect(await operationsOf(world)).toEqual([]);
  expect(await run(world, plan.id)).toMatchObject({ status: 201, headers: { location: `${path}/wonderful` } });
  expect(await clusterNames(world)).toEqual([`${path}/wonderful`]);
  expect((await serversOf(world)).map(({ cluster }) => cluster)).toEqual(['wonderful', 'wonderful', null]);
});

test('the doctor and a plan judge the same facts: an address of a server that is no member', async () => {
  await using world = await startWorld();
  const third = (await world.ask('GET', '/1.0/provisioning/servers/server3')).body.metadata;
  const asked = { ...request, services_config: {}, connection_url: third.connection_url };
  const doctor = (await world.ask('POST', `${path}/:preflight`, asked)).body.metadata;
  const warned = expect.objectContaining({ check: 'connection-url', verdict: 'warning', servers: ['server3'] });
  expect(doctor.findings).toContainEqual(warned);
  expect((await planned(world, asked)).findings).toContainEqual(warned);
});

test('the same request in the same world is the same plan', async () => {
  await using world = await startWorld();
  const plan = await planned(world);
  expect((await planned(world)).id).toBe(plan.id);
  expect((await planned(world, { description: 'another' })).id).not.toBe(plan.id);
});

test('two plans never hold one id, on the same servers neither; one that ran gives its ids to its cluster', async () => {
  await using world = await startWorld();
  const plans = await Promise.all(
    [{}, { name: 'b' }, { name: 'c', server_names: ['server2', 'server3'] }].map((change) => planned(world, change)),
  );
  const lvm = plans.flatMap(({ lvm_ids }) => lvm_ids.map(({ id }) => id));
  expect(new Set(lvm).size).toBe(6);
  expect(new Set(plans.map(({ mesh_id }) => mesh_id)).size).toBe(3);
  expect(await run(world, plans[2]?.id ?? '')).toMatchObject({ status: 201 });
  const other = await planned(world, { name: 'd', server_names: ['server1'] });
  expect(lvm).not.toContain(other.lvm_ids[0]?.id);
  expect(plans.map(({ mesh_id }) => mesh_id)).not.toContain(other.mesh_id);
});

type Change = (world: World) => void;
const onFirst =
  (change: (state: World['stands'][number]['state']) => void): Change =>
  (world) => {
    const [stand] = world.stands;
    if (stand !== undefined) change(stand.state);
  };

test.each<[string, Change, Partial<PlanDifference>]>([
  [
    'a service was enabled',
    onFirst((state) => {
      state.services['lvm'] = { enabled: true, system_id: 1 };
    }),
    {
      ...{ what: 'server1: lvm.enabled', before: 'false → true', now: null },
      told: 'server1: lvm.enabled: the plan changes it (false → true); now it is as wanted already',
    },
  ],
  [
    'an address changed',
    onFirst((state) => {
      state.interfaces = { eth0: { addresses: ['10.0.0.9'], roles: ['management', 'cluster'] } };
    }),
    {
      ...{ what: 'server1: core.https_address', before: 'nothing → 10.0.0.1:8443', now: 'nothing → 10.0.0.9:8443' },
      told: 'server1: core.https_address: the plan changes it (nothing → 10.0.0.1:8443); now it would be changed differently (nothing → 10.0.0.9:8443)',
    },
  ],
  [
    'another machine was seen with the id',
    (world) => {
      const [, , third] = world.stands;
      if (third !== undefined) third.state.services['lvm'] = { enabled: true, system_id: 2 };
    },
    {
      ...{ what: 'server2: system_id of lvm', before: '2', now: '3' },
      told: 'server2: system_id of lvm: when it was planned: 2; now: 3',
    },
  ],
  [
    'it is a member of a cluster',
    onFirst((state) => {
      state.clustered = true;
    }),
    {
      what: 'server1',
      now: expect.stringContaining('is a member of an Incus cluster already'),
      told: expect.stringMatching(
        /^server1: it could be planned then, and cannot be now: .* member of an Incus cluster/,
      ),
    },
  ],
  [
    'it has no address for us any more',
    onFirst((state) => {
      state.interfaces = { eth0: { addresses: ['10.0.0.1'], roles: ['cluster'] } };
    }),
    { what: 'server1', now: expect.stringContaining('has no address with the role management') },
  ],
  [
    'a service is gone',
    onFirst((state) => {
      state.services = {};
    }),
    { what: 'server1', now: expect.stringContaining('Failed to enable OS service "lvm"') },
  ],
])('a plan is refused with what differs: %s', async (_, change, expected) => {
  await using world = await startWorld();
  const { id } = await planned(world);
  change(world);
  const reply = await run(world, id);
  expect(reply).toMatchObject({ status: 400, body: { code: 'plan_outdated' } });
  expect(differencesOf(reply)).toContainEqual(expect.objectContaining(expected));
  expect(await clusterNames(world)).toEqual([]);
  expect(await operationsOf(world)).toEqual([]);
});

test('a plan that cannot be made is refused for one reason, with all findings beside it; OC’s way tells the reason alone', async () => {
  await using world = await startWorld();
  const [first, second] = world.stands;
  if (first === undefined || second === undefined) throw new Error('two servers');
  first.state.services = {};
  second.state.clustered = true;
  const reply = await planOf(world);
  expect(reply).toMatchObject({ status: 400, body: { code: 'service_unknown' } });
  const findings = reply.body.details?.findings as Finding[];
  const blocking = findings.filter(({ verdict }) => verdict === 'blocking').map(({ check }) => check);
  expect(blocking).toEqual(expect.arrayContaining(['not-clustered-live', 'services-known']));
  const oc = await world.ask('POST', path, request);
  expect(oc.body.error).toBe(reply.body.error);
  expect(oc.body.details).not.toHaveProperty('findings');
});

test('what our rows refuse is looked at all the same, where a plan is asked for', async () => {
  await using world = await startWorld();
  const [first] = world.stands;
  if (first === undefined) throw new Error('a server');
  first.state.clustered = true;
  const reply = await planOf(world, { server_names: ['server1', 'nobody'] });
  expect(reply).toMatchObject({ status: 404, body: { code: 'server_not_found' } });
  const findings = reply.body.details?.findings as Finding[];
  const blocking = findings.filter(({ verdict }) => verdict === 'blocking').map(({ check }) => check);
  expect(blocking).toEqual(expect.arrayContaining(['not-clustered-live']));
});

test('a plan is unknown, ran already, or is joined while it runs', async () => {
  await using world = await startWorld();
  expect(await run(world, 'f'.repeat(64))).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
  expect(await run(world, '')).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
  const { id } = await planned(world);
  world.work.wish = 'wait';
  const [one, two] = await Promise.all([run(world, id, '?wait=false'), run(world, id, '?wait=false')]);
  expect([one.status, two.status]).toEqual([202, 202]);
  expect(one.body.operation).toBe(two.body.operation);
  world.work.go();
  expect(await run(world, id)).toMatchObject({ status: expect.toBeOneOf([201, 400]) });
  const reply = await run(world, id);
  expect(reply).toMatchObject({ status: 400, body: { code: 'plan_ran_already' } });
  const operation = one.body.operation.split('/').at(-1);
  expect(reply.body.error).toContain(operation);
  // Shown or dropped it is as over, also by the beginning that the list showed.
  for (const [method, typed] of [
    ['GET', id],
    ['DELETE', id],
    ['GET', id.slice(0, 12)],
  ] as const) {
    const told = await world.ask(method, `/1.0/provisioning/plans/${typed}`);
    expect(told).toMatchObject({ status: 400, body: { code: 'plan_ran_already' } });
    expect(told.body.error).toMatch(new RegExp(`was run already at 20\\S+Z, by operation ${operation}`));
  }
  expect(await run(world, id.slice(0, 12))).toMatchObject({ body: { code: 'plan_ran_already' } });
  const unknown = await world.ask('GET', `/1.0/provisioning/plans/${id.slice(0, 5)}`);
  expect(unknown).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
});

test('a plan is kept for a day and frees its ids then', async () => {
  let offsetMs = 0;
  await using world = await startWorld(3, { ...systemClock, nowMs: () => Date.now() + offsetMs });
  const { id, lvm_ids, mesh_id } = await planned(world);
  offsetMs = 25 * 60 * 60 * 1000;
  expect(await run(world, id)).toMatchObject({ status: 400, body: { code: 'plan_expired' } });
  const other = await planned(world, { name: 'other' });
  expect([other.lvm_ids, other.mesh_id]).toEqual([lvm_ids, mesh_id]);
  // Its words are gone, its end is known.
  expect(await world.database.rows('select request, plan from plans where id = ?', [id])).toEqual([
    { request: '', plan: '' },
  ]);
  expect(await run(world, id)).toMatchObject({ body: { code: 'plan_expired' } });
  expect(await world.ask('GET', `/1.0/provisioning/plans/${id}`)).toMatchObject({ body: { code: 'plan_expired' } });
  offsetMs += 40 * 24 * 60 * 60 * 1000;
  await planned(world);
  expect(await world.database.rows('select id from plans where id = ?', [other.id])).toEqual([]);
});

test('a plan keeps its ids while it can be run, though smaller ones became free', async () => {
  let offsetMs = 0;
  await using world = await startWorld(3, { ...systemClock, nowMs: () => Date.now() + offsetMs });
  await planned(world, { name: 'older', server_names: ['server3'] });
  offsetMs = 12 * 60 * 60 * 1000;
  const plan = await planned(world);
  offsetMs = 25 * 60 * 60 * 1000;
  expect((await planned(world)).id).toBe(plan.id);
  expect([plan.lvm_ids.map(({ id }) => id), plan.mesh_id]).toEqual([[2, 3], 1001]);
  expect(await run(world, plan.id)).toMatchObject({ status: 201 });
});

test('a loop takes the words out of plans that expired, where nobody plans any more', async () => {
  let offsetMs = 0;
  const clock = { ...systemClock, nowMs: () => Date.now() + offsetMs };
  await using world = await startWorld(3, clock);
  await planned(world);
  const { look } = sweepPlansLoop({ database: world.database, clock });
  const held = () => world.database.rows('select id from plan_ids');
  await look(AbortSignal.timeout(1_000));
  expect(await held()).toHaveLength(3);
  offsetMs = 25 * 60 * 60 * 1000;
  await look(AbortSignal.timeout(1_000));
  expect(await held()).toEqual([]);
  expect(await world.database.rows('select request, shown, plan, facts from plans')).toEqual([
    { request: '', shown: '', plan: '', facts: '' },
  ]);
});

test('what blocks stops plan and creation; ignored by name it is written down', async () => {
  await using world = await startWorld();
  const [first] = world.stands;
  if (first === undefined) throw new Error('a stand-in');
  first.state.contents['/1.0/storage-pools'] = ['/1.0/storage-pools/local'];
  const refused = await world.ask('POST', path, request);
  expect(refused).toMatchObject({ status: 400, body: { code: 'cluster_preflight_failed' } });
  expect(refused.body.details).toMatchObject({ checks: 'pool-names-free', findings: [{ servers: ['server1'] }] });
  const blocked = await planned(world);
  expect(blocked).toMatchObject({ runnable: false });
  const told = await run(world, blocked.id);
  expect(told).toMatchObject({
    status: 400,
    body: { code: 'plan_not_runnable', details: { checks: 'pool-names-free' } },
  });
  expect(await clusterNames(world)).toEqual([]);
  const ignored = await planned(world, { ignore: ['pool-names-free'] });
  expect(ignored).toMatchObject({ runnable: true, ignore: ['pool-names-free'] });
  expect(ignored.id).not.toBe(blocked.id);
  expect(ignored.notes).toContainEqual({
    code: 'check_ignored',
    message: expect.stringContaining('ignored: pool-names-free: has local') as string,
  });
  expect(await run(world, ignored.id)).toMatchObject({ status: 201 });
  const [input] = await world.database.rows<{ plan: string }>('select plan from cluster_inputs');
  expect(input?.plan).toContain('check_ignored');
});

test.each([
  [['no-such-check'], 'check_unknown'],
  [['pool-names-free', 'not-claimed'], 'check_not_ignorable'],
])('a check that cannot be ignored is refused: %j', async (ignore, code) => {
  await using world = await startWorld(1);
  expect(await planOf(world, { ignore })).toMatchObject({ status: 400, body: { code } });
});

test.each<[Record<string, unknown>]>([
  [{ name: '' }],
  [{ name: ':plan' }],
  [{ connection_url: 'ftp://x', channel: 'nope', server_names: [] }],
  [{ services_config: { lvm: { enabled: 'perhaps' } }, server_names: ['nobody', 'server1', 'server1'] }],
  [{ services_config: { nvmee: { enabled: true } } }],
  [{ application_seed_config: { storage_pools: 7 } }],
  [{ server_names: ['server1', 'nobody'] }],
  [{ server_type: 'toaster' }],
])('a plan of a request with mistakes answers as the creation does: %j', async (change) => {
  await using world = await startWorld(1);
  const [plan, create] = [await planOf(world, change), await world.ask('POST', path, { ...request, ...change })];
  expect(plan.status).toBeGreaterThanOrEqual(400);
  const { request_id: _, ...told } = plan.body;
  const { findings: _findings, ...details } = told.details;
  expect(create.body).toMatchObject({ ...told, details });
});

test('no secret is shown by a plan or stands open in the database, and one that changes is another plan', async () => {
  await using world = await startWorld();
  const secrets = (word: string) => ({
    allow_unknown: true,
    services_config: { nvme: { enabled: true, targets: [{ transport: 'tcp', address: 'x', secret: word }] } },
    application_seed_config: {
      storage_pools: [{ name: 'p', driver: 'dir', config: { 'x.password': word } }],
      profiles: [{ name: 'q', config: { 'cloud-init.user-data': word, 'environment.TOKEN': word } }],
      config: { 'oidc.client.secret': word },
    },
  });
  const reply = await planOf(world, secrets('very-secret'));
  expect(reply.status).toBe(200);
  expect(JSON.stringify(reply.body)).not.toContain('very-secret');
  expect(JSON.stringify(reply.body)).toContain('**redacted**');
  expect(JSON.stringify(await world.database.rows('select * from plans'))).not.toContain('very-secret');
  expect((await planned(world, secrets('other-secret'))).id).not.toBe(reply.body.metadata.id);
});

test('plans and checks are strict, all mistakes at once; OC’s route takes what OC takes, unless it is told to be strict', async () => {
  await using world = await startWorld();
  const odd = {
    services_config: { nvme: { enabled: true, targets: [{ transport: 'rdma', address: 'x', new: 1 }] } },
    application_seed_config: { profles: [], config: { 'user.a': 'b' } },
  };
  for (const verb of [':plan', ':preflight']) {
    const refused = await world.ask('POST', `${path}/${verb}`, { ...request, ...odd });
    expect(refused).toMatchObject({ status: 400, body: { code: 'application_config_invalid' } });
    expect(refused.body.details.problems).toMatchObject([
      { code: 'unknown_field', path: 'profles', suggestion: 'profiles', file: 'application_seed_config' },
      { path: 'nvme.targets[0].new', file: 'services_config' },
      { path: 'nvme.targets[0].transport', file: 'services_config' },
    ]);
  }
  const services = await world.ask('POST', `${path}/:plan`, { ...request, services_config: odd.services_config });
  expect(services.body.details.problems.map((one: { path: string }) => one.path)).toEqual([
    'nvme.targets[0].new',
    'nvme.targets[0].transport',
  ]);
  expect(await world.ask('POST', path, { ...request, ...odd, strict: true })).toMatchObject({ status: 400 });
  expect((await planned(world, { ...odd, allow_unknown: true })).notes).toContainEqual(
    expect.objectContaining({ code: 'unknown_field' }),
  );
  expect(await world.ask('POST', `${path}?wait=false`, { ...request, ...odd })).toMatchObject({ status: 202 });
});

test('plans that wait are listed, shown and dropped, and beyond a thousand no further one is kept', async () => {
  await using world = await startWorld();
  const plan = await planned(world);
  const list = async () => (await world.ask('GET', '/1.0/provisioning/plans')).body.metadata;
  expect(await list()).toMatchObject([{ id: plan.id, cluster: 'wonderful', expires_at: plan.expires_at }]);
  expect((await world.ask('GET', `/1.0/provisioning/plans/${plan.id}`)).body.metadata).toEqual(plan);
  const filler = "insert into plans values (?, ?, 'old', '', '', '', '', '', '', ?, ?, null)";
  await world.database.write('test', async (tx) => {
    for (let at = 1; at <= 999; at += 1) await preparedRun(tx, filler, [`p${at}`, `d${at}`, at, Date.now() + 60_000]);
  });
  // Made again it takes no more room; another one finds none.
  expect((await planned(world)).id).toBe(plan.id);
  const refused = await planOf(world, { name: 'other' });
  expect(refused).toMatchObject({ body: { code: 'plans_too_many', error: expect.stringContaining('p1 for "old"') } });
  const drop = (id: string) => world.ask('DELETE', `/1.0/provisioning/plans/${id}`);
  expect(await drop('p1')).toMatchObject({ status: 200 });
  expect(await drop('p1')).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
  expect((await planned(world, { name: 'other', server_names: ['server3'] })).lvm_ids).toEqual([
    { server: 'server3', id: 3 },
  ]);
  // What was dropped holds nothing any more, and cannot be run.
  await drop(plan.id);
  expect(await run(world, plan.id)).toMatchObject({ body: { code: 'plan_not_found' } });
  expect(await world.database.rows("select server from plan_ids where kind = 'lvm'")).toEqual([{ server: 'server3' }]);
});
