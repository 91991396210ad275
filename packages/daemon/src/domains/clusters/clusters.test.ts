import { readFileSync } from 'node:fs';
import { type RouteSpec, routes } from '@operations-center/contract';
import { type DialectName, preparedRun } from '@operations-center/database';
import { expect, test } from 'vitest';
import type { Reply } from './testing/ask-socket.ts';
import { clusterNames, operationsOf, serversOf, startWorld } from './testing/world.ts';

const path = '/1.0/provisioning/clusters';

test("DELETE of one that stands: refused with OC's text; force forgets it and keeps the servers", async () => {
  await using world = await startWorld();
  await world.create({});
  const remove = (query: string) => world.ask('DELETE', `${path}/wonderful${query}`);
  expect(await remove('')).toMatchObject({
    status: 400,
    body: { error: 'Failed to delete cluster: Delete for cluster in state "ready": Operation not permitted' },
  });
  expect(await remove('?mode=nope')).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
  expect(await remove('?mode=factory-reset')).toMatchObject({ status: 400, body: { code: 'factory_reset_not_built' } });
  expect(await remove('?mode=force')).toMatchObject({ status: 200, body: { metadata: {} } });
  expect(await remove('?mode=force')).toMatchObject({
    status: 404,
    body: { error: 'Failed to delete cluster: Not found' },
  });
  expect(await serversOf(world)).toHaveLength(3);
  expect((await serversOf(world))[0]).toMatchObject({ cluster: null, forming: null });
  expect(world.inventory.calls).toContain('remove wonderful');
});

test('force ends a creation that needs a person, and leaves the servers', async () => {
  await using world = await startWorld();
  world.work.wish = 'ask';
  await world.create({});
  expect(await world.ask('DELETE', `${path}/wonderful?mode=force`)).toMatchObject({ status: 200 });
  expect(await operationsOf(world)).toMatchObject([{ metadata: { status: 'left' } }]);
  expect(await clusterNames(world)).toEqual([]);
  expect((await serversOf(world))[0]).toEqual({ name: 'server1', cluster: null, forming: null });
});

test.each([
  ['?wait=false', {}],
  ['', { prefer: 'respond-async' }],
])('who does not wait (%s) gets the operation that is taken back', async (query, headers) => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const made = await world.create({}, '?wait=false');
  const { id } = made.body.metadata;
  await world.work.started;
  const removed = await world.ask('DELETE', `${path}/wonderful${query}`, undefined, { headers });
  expect(removed).toMatchObject({
    status: 202,
    headers: { location: `/1.0/operations/${id}` },
    body: { metadata: { id } },
  });
  world.work.go();
  expect((await world.ask('GET', `/1.0/operations/${id}/wait`)).body.metadata.metadata.status).toBe('undone');
  expect(await clusterNames(world)).toEqual([]);
  // What stands is answered as ever: there is nothing to wait for.
  expect(await world.ask('DELETE', `${path}/wonderful${query}`, undefined, { headers })).toMatchObject({ status: 404 });
});

test('one whose creation was left half-way is removed by force only: its servers may be clustered', async () => {
  await using world = await startWorld();
  world.work.wish = 'ask';
  await world.create({});
  const [operation] = await operationsOf(world);
  expect(await world.ask('POST', `/1.0/operations/${operation?.id}/:leave`)).toMatchObject({ status: 200 });
  expect(await world.ask('DELETE', `${path}/wonderful`)).toMatchObject({
    status: 400,
    body: {
      error: 'Failed to delete cluster: Delete for cluster in state "pending": Operation not permitted',
      hint: expect.stringContaining('--force'),
    },
  });
  expect(await clusterNames(world)).toHaveLength(1);
  expect(await world.ask('DELETE', `${path}/wonderful?mode=force`)).toMatchObject({ status: 200 });
  expect(await clusterNames(world)).toEqual([]);
});

test('PUT replaces what can be set; an old ETag and what cannot be are refused', async () => {
  await using world = await startWorld();
  await world.create({});
  const before = await world.ask('GET', `${path}/wonderful`);
  const wish = {
    connection_url: 'https://c:8443',
    channel: 'stable',
    description: 'Changed',
    properties: { b: 1, a: true },
    config: { rolling_restart: { post_restore_delay: '1s', restore_mode: 'skip' } },
  };
  const put = (body: unknown, headers = {}) => world.ask('PUT', `${path}/wonderful`, body, { headers });
  const ifMatch = { 'if-match': String(before.headers['etag']) };
  expect(await put(wish, ifMatch)).toMatchObject({
    status: 201,
    headers: { location: `${path}/wonderful` },
    body: { metadata: null },
  });
  expect((await world.ask('GET', `${path}/wonderful`)).body.metadata).toMatchObject({
    ...wish,
    properties: { a: 'true', b: '1' },
  });
  expect(await put(wish, ifMatch)).toMatchObject({ status: 412, body: { code: 'etag_mismatch' } });
  expect(await put({})).toMatchObject({
    status: 400,
    body: { error: 'Failed updating cluster "wonderful": Invalid cluster, channel can not be empty' },
  });
  expect(await put({ ...wish, channel: 'nightly' })).toMatchObject({ status: 400, body: { code: 'channel_unknown' } });
  expect(await put({ ...wish, connection_url: '1:2' })).toMatchObject({
    status: 400,
    body: { code: 'cluster_invalid' },
  });
  expect(await put(null)).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
  expect((await world.ask('GET', `${path}/wonderful`)).body.metadata).toMatchObject({
    description: 'Changed',
    channel: 'stable',
  });
  expect(await world.ask('PUT', `${path}/none`, wish)).toMatchObject({
    status: 404,
    body: { error: 'Failed to get cluster "none" by name: Not found' },
  });
});

test('a rename takes servers and inventory along; names that are none or taken are refused', async () => {
  await using world = await startWorld();
  await world.create({});
  await world.create({ name: 'other', server_names: ['server2'] });
  const rename = (name: string) => world.ask('POST', `${path}/wonderful`, { name });
  for (const name of ['a*b', 'a:b', '..', 'a/b'])
    expect(await rename(name)).toMatchObject({ status: 400, body: { code: 'name_invalid' } });
  expect(await rename('')).toMatchObject({
    status: 400,
    body: { error: 'Failed renaming cluster "wonderful": New Cluster name cannot by empty' },
  });
  expect(await rename('other')).toMatchObject({ status: 400, body: { code: 'cluster_exists' } });
  expect(await rename('splendid')).toMatchObject({ status: 201, headers: { location: `${path}/splendid` } });
  expect(await clusterNames(world)).toEqual([`${path}/other`, `${path}/splendid`]);
  expect((await serversOf(world))[0]).toMatchObject({ cluster: 'splendid' });
  expect(world.inventory.calls).toEqual(['rename wonderful splendid']);
});

test('the inventory is read on demand; what could not be read is told', async () => {
  await using world = await startWorld();
  await world.create({});
  const resync = (name: string) => world.ask('POST', `${path}/${name}/:resync-inventory`);
  expect(await resync('wonderful')).toMatchObject({ status: 200, body: { metadata: {} } });
  expect(world.inventory.calls).toEqual(['scan wonderful server1']);
  world.inventory.problems = ['network: no'];
  expect(await resync('wonderful')).toMatchObject({ status: 502, body: { code: 'cluster_inventory_failed' } });
  expect(await resync('none')).toMatchObject({ status: 404 });
});

test('a cluster that is being made cannot be changed', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  await world.create({}, '?wait=false');
  const refused = { status: 400, body: { code: 'cluster_not_ready' } };
  expect(await world.ask('PUT', `${path}/wonderful`, { channel: 'stable' })).toMatchObject(refused);
  expect(await world.ask('POST', `${path}/wonderful`, { name: 'x' })).toMatchObject(refused);
  expect(await world.ask('POST', `${path}/wonderful/:resync-inventory`)).toMatchObject(refused);
});

test('lists are plain or whole, and narrowed by a filter', async () => {
  await using world = await startWorld();
  await world.create({});
  expect((await world.ask('GET', `${path}?recursion=1`)).body.metadata).toMatchObject([{ name: 'wonderful' }]);
  const filtered = async (filter: string) =>
    (await world.ask('GET', `${path}?filter=${encodeURIComponent(filter)}`)).body;
  expect((await filtered('status == "ready" or name contains "wonder"')).metadata).toEqual([`${path}/wonderful`]);
  expect((await filtered('config.rolling_restart.restore_mode == "none"')).metadata).toEqual([]);
  expect(await filtered('stauts == "ready"')).toMatchObject({ code: 'filter_invalid' });
  expect(await world.ask('GET', `${path}/none`)).toMatchObject({
    status: 404,
    body: { error: 'Failed to get cluster "none" by name: Not found' },
  });
});

type Recorded = {
  id: string;
  status: number;
  request_body?: unknown;
  response_headers: Record<string, string>;
  response_body: Reply['body'];
};
const file = new URL('../../../../contract/src/recorded/clusters.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

/** Recorded answers: same fields in the same order, same values where they do not depend on the run. */
test('answers equal the recorded ones field by field', async () => {
  await using world = await startWorld(3);
  const rows = new Map(recorded.map((row) => [row.id, row]));
  const bodyOf = (id: string) => rows.get(id)?.response_body;
  const request = rows.get('clusters-create')?.request_body as Record<string, unknown>;
  const made = await world.create({ ...request, server_names: ['server1', 'server2', 'server3'] });
  expect(made.body).toEqual(bodyOf('clusters-create'));
  expect(made.status).toBe(rows.get('clusters-create')?.status);
  const shown = await world.ask('GET', `${path}/cluster01`);
  expect(shapeOf(shown.body)).toEqual(shapeOf(bodyOf('clusters-get')));
  const run = { certificate: '<PEM9>', fingerprint: '<HASH15>', last_updated: '<TIME>' };
  expect({ ...shown.body, metadata: { ...shown.body.metadata, ...run } }).toEqual(bodyOf('clusters-get'));
  const list = await world.ask('GET', `${path}?recursion=1`);
  const [firstOfList] = bodyOf('clusters-list-1').metadata;
  expect(shapeOf(list.body.metadata[0])).toEqual(shapeOf(firstOfList));
  const put = await world.ask('PUT', `${path}/cluster01`, rows.get('clusters-put')?.request_body);
  expect(put.body).toEqual(bodyOf('clusters-put'));
  const renamed = await world.ask('POST', `${path}/cluster01`, rows.get('clusters-rename')?.request_body);
  expect(renamed.body).toEqual(bodyOf('clusters-rename'));
  const resync = await world.ask('POST', `${path}/cluster03/:resync-inventory`);
  expect(resync.body).toEqual(bodyOf('clusters-rename-resync'));
  for (const [id, reply] of Object.entries({
    'clusters-put': put,
    'clusters-rename': renamed,
    'clusters-rename-resync': resync,
  })) {
    expect(reply.status).toBe(rows.get(id)?.status);
    expect(reply.headers['location']).toBe(rows.get(id)?.response_headers['location']);
  }
});

/** Keys in their order, at every depth. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}

test('each answer has the shape that the contract says', async () => {
  await using world = await startWorld();
  await world.create({});
  for (const [name, url] of [
    ['clusters_list', `${path}?recursion=1`],
    ['cluster_show', `${path}/wonderful`],
    ['operations_list', '/1.0/operations?recursion=1'],
  ] as const) {
    const spec: RouteSpec = routes[name];
    expect(spec.answer.safeParse((await world.ask('GET', url)).body.metadata)).toMatchObject({ success: true });
  }
});

test('a new channel goes to the members and changes nothing else of them', async () => {
  await using world = await startWorld();
  await world.create({});
  await world.database.write('test', async (tx) => {
    await preparedRun(tx, "insert into channels (name, description, last_updated) values ('testing', '', 0)", []);
    // A member that moves in the very moment of the PUT.
    const move = "update servers set connection_url = 'https://moved:8443' where cluster = 'wonderful'";
    for (const text of triggerTexts(world.database.dialect, move)) await preparedRun(tx, text);
  });
  const wish = { connection_url: 'https://c:8443', channel: 'testing' };
  expect(await world.ask('PUT', `${path}/wonderful`, wish)).toMatchObject({ status: 201 });
  const members = "select channel, connection_url from servers where cluster = 'wonderful'";
  expect(await world.database.rows(members)).toEqual([{ channel: 'testing', connection_url: 'https://moved:8443' }]);
});

const triggerTexts = (dialect: DialectName, move: string): string[] =>
  dialect === 'sqlite'
    ? [`create trigger moving after update on clusters begin ${move}; end`]
    : [
        `create function move() returns trigger language plpgsql as $$ begin ${move}; return null; end $$`,
        'create trigger moving after update on clusters execute function move()',
      ];
