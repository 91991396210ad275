import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask, createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventoryKindNames } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FleetConnections, makeFleetConnections } from '../../fleet/connection.ts';
import { makeFleetEvents } from '../../fleet/event-stream.ts';
import { type TestServer, testCertificate } from '../../fleet/test-server.ts';
import { systemClock } from '../../platform/clock.ts';
import { makeApi } from '../../platform/http/api.ts';
import { makeLog } from '../../platform/log.ts';
import { makeTestInventoryPlace, testVaultKeys } from '../../testing/test-database.ts';
import { assembleInventory, type InventoryDomain } from './assembly.ts';
import { listUrl, recorded, recordedIncus, recordedList, showUrl, startTestIncus, trusted } from './test-incus.ts';

const directory = mkdtempSync(join(tmpdir(), 'inventory-'));
const socketPath = join(directory, 'unix.socket');
let incus: TestServer;
let fleet: FleetConnections;
let inventory: InventoryDomain;
let http: Server;

beforeAll(async () => {
  const [own, client] = await Promise.all([testCertificate('server01'), testCertificate('operations-center')]);
  const held = recordedIncus();
  held.set(listUrl('certificate'), trusted);
  held.set(showUrl('certificate', { name: 'aa01' }), { ...trusted[0], restricted: true });
  incus = await startTestIncus(own, held);
  const identity = { clientCertificate: client.certificate, clientKey: client.key };
  fleet = makeFleetConnections(identity);
  const log = makeLog('ERROR', { write: () => undefined });
  const target = {
    cluster: 'cluster01',
    endpoints: [incus.endpoint],
    serverNames: ['server01', 'server02', 'server03'],
  };
  const clustersToScan = async () => [target];
  inventory = await assembleInventory({
    place: await makeTestInventoryPlace(join(directory, 'inventory.db')),
    keys: testVaultKeys,
    maySeeSecrets: ({ trusted }) => trusted,
    fleet,
    events: makeFleetEvents(identity),
    clustersToScan,
    warnings: { raise: async () => {}, clear: async () => {} },
    clusterNames: async () => ['cluster01', 'big'],
    clock: systemClock,
    log,
  });
  await inventory.service.scanCluster(target, new AbortController().signal);
  const caller = {
    protocol: 'unix',
    user: '',
    trusted: true,
    fingerprint: undefined,
    certificate: () => undefined,
  } as const;
  http = createServer(await makeApi({ handlers: inventory.handlers, callerOf: () => caller, log }));
  await new Promise<void>((resolve) => http.listen(socketPath, resolve));
});

afterAll(async () => {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await inventory.stop();
  await fleet.close();
  await incus[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

type Reply = {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown> & { metadata: unknown };
};
const call = (method: string, path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = ask({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: text === '' ? {} : JSON.parse(text),
        });
      });
    });
    sent.on('error', reject).end();
  });

/** The recording is of two clusters in lists of URLs, and of one otherwise; here is one. */
const ofThisCluster = (metadata: unknown): unknown => {
  if (!Array.isArray(metadata) || typeof metadata[0] !== 'string') return withAnyTime(metadata);
  const known = new Set(inventoryKindNames.flatMap(recordedList).map(({ uuid }) => uuid));
  return metadata.filter((url: string) => known.has(url.slice(-36)));
};
const withAnyTime = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withAnyTime);
  if (typeof value !== 'object' || value === null || !('last_updated' in value)) return value;
  return { ...value, last_updated: expect.any(String) };
};

test.each(
  recorded.filter(({ id }) => id !== 'inventory-query' && !id.endsWith('-resync')).map((one) => [one.id, one] as const),
)('%s is answered as OC answered it', async (_, { path, status, response_body }) => {
  const reply = await call('GET', path);
  expect(reply.status).toBe(status);
  expect(reply.body).toEqual({ ...response_body, metadata: ofThisCluster(response_body.metadata) });
  expect(Object.keys(reply.body)).toEqual(Object.keys(response_body));
});

type Aggregate = { cluster: string; servers: string[] } & Record<string, { name: string }[] | null>;
const query = async (text: string): Promise<Aggregate[]> =>
  (await call('GET', `/1.0/inventory/query${text}`)).body.metadata as Aggregate[];
const namesIn = (aggregate: Aggregate | undefined): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(aggregate ?? {}).flatMap(([key, list]) =>
      key === 'cluster' || key === 'servers' || list === null
        ? []
        : [[key, (list as { name: string }[]).map(({ name }) => name)]],
    ),
  );

test('the aggregate of everything is answered as OC answered it', async () => {
  const whole = recorded.find(({ id }) => id === 'inventory-query')?.response_body.metadata ?? [];
  const wanted = (whole as Aggregate[]).filter(({ cluster }) => cluster === 'cluster01');
  const found = await query('');
  expect(found).toEqual(wanted);
  expect(Object.keys(found[0] ?? {})).toEqual(Object.keys(wanted[0] ?? {}));
});

test.each([
  ['?kind=instance&kind=project', { instances: ['c2', 'c1', 'v1'], projects: ['blue', 'default'] }],
  ['?kind=network_address_set', { network_address_sets: ['set01'] }],
  ['?kind=', {}],
  ['?kind=nope', {}],
  ['?cluster=other', {}],
  ['?kind=instance&server=server02', { instances: ['v1'] }],
  ['?kind=project&project=blue', { projects: ['blue'] }],
  ['?kind=instance&kind=storage_pool&project=blue', { instances: ['c2'] }],
  [
    '?kind=instance&kind=storage_pool&project=blue&project_include_null=1',
    { instances: ['c2'], storage_pools: ['local'] },
  ],
  ['?kind=network_peer&kind=profile&parent=ovn0', { network_peers: ['peer01'] }],
  [
    '?kind=network_peer&kind=storage_pool&parent=ovn0&parent_include_null=true',
    { network_peers: ['peer01'], storage_pools: ['local'] },
  ],
  [
    `?filter=${encodeURIComponent('kind == "instance" and object.status == "Running" and server_name != "server01"')}`,
    { instances: ['v1'] },
  ],
  [
    `?filter=${encodeURIComponent('name == "custom/logs"')}`,
    { storage_volumes: ['custom/logs', 'custom/logs', 'custom/logs'] },
  ],
  [
    `?filter=${encodeURIComponent('any(object.locations ?? [], # == "server03") and kind == "network"')}`,
    { networks: ['incusbr0', 'ovn0'] },
  ],
])('the aggregate of %s', async (text, wanted) => {
  const found = await query(text);
  expect(found).toHaveLength(Object.keys(wanted).length === 0 ? 0 : 1);
  expect(namesIn(found[0])).toEqual(wanted);
});

test('a kind that OC lacks has all that the others have, and is in the aggregate for who names it', async () => {
  const path = '/1.0/inventory/certificates';
  const all = (await call('GET', `${path}?recursion=1`)).body.metadata as { uuid: string }[];
  expect(all).toMatchObject([
    { cluster: 'cluster01', name: 'aa01', object: trusted[0] },
    { cluster: 'cluster01', name: 'bb02', object: trusted[1] },
  ]);
  expect(Object.keys(all[0] ?? {})).toEqual(['uuid', 'cluster', 'name', 'object', 'last_updated']);
  const filter = encodeURIComponent('object.type == "client" and not object.restricted');
  expect((await call('GET', `${path}?filter=${filter}`)).body.metadata).toEqual([`${path}/${all[0]?.uuid}`]);
  expect((await call('POST', `${path}/${all[0]?.uuid}/:resync`)).status).toBe(200);
  expect((await call('GET', `${path}?filter=${filter}`)).body.metadata).toEqual([]);

  const [aggregate] = await query('?kind=certificate&kind=storage_pool');
  expect(namesIn(aggregate)).toEqual({ certificates: ['aa01', 'bb02'], storage_pools: ['local'] });
  expect(Object.keys((await query('?kind=storage_pool'))[0] ?? {})).not.toContain('certificates');
});

test.each([
  ['?project_include_null=perhaps', 'query_invalid', 'project_include_null'],
  [`?filter=${encodeURIComponent('nmae == "x"')}`, 'filter_invalid', 'did you mean "name"?'],
  [`?filter=${encodeURIComponent('object.profiles[9] == "x"')}`, 'filter_failed', 'profiles'],
])('the aggregate refuses %s', async (text, code, said) => {
  const { status, body } = await call('GET', `/1.0/inventory/query${text}`);
  expect([status, body['code'], body['error']]).toEqual([400, code, expect.stringContaining(said)]);
});

test.each([
  ['/1.0/inventory/storage_volumes?recursion=1&server=server02', 3],
  ['/1.0/inventory/storage_volumes?server=server02', 3],
  ['/1.0/inventory/instances?recursion=1&project=blue', 1],
  ['/1.0/inventory/instances?recursion=1&project=blue&cluster=other', 0],
  ['/1.0/inventory/instances?recursion=1&project=&server=&cluster=&filter=', 3],
  ['/1.0/inventory/images?recursion=1&server=server02', 1],
  ['/1.0/inventory/projects?recursion=1&project=blue', 2],
  ['/1.0/inventory/projects?recursion=2', 2],
])('%s has %d', async (path, count) => {
  expect((await call('GET', path)).body.metadata).toHaveLength(count);
});

test.each([
  ['instances', 'name == "c1"', 1],
  ['instances', 'project == "blue"', 1],
  ['instances', 'project_name == "blue"', 1],
  ['instances', 'object.type == "container" and not (name matches "^x")', 2],
  ['instances', 'len(object.profiles) > 0 and object.profiles[0] == "default"', 3],
  ['storage_volumes', 'storage_pool_name == parent_name and server == "server02"', 3],
  ['profiles', 'last_updated > now()', 0],
])('of the %s, %s is true of %d', async (segment, filter, count) => {
  const query = `filter=${encodeURIComponent(filter)}`;
  const whole = await call('GET', `/1.0/inventory/${segment}?recursion=1&${query}`);
  const plain = await call('GET', `/1.0/inventory/${segment}?${query}`);
  expect([whole.body.metadata, plain.body.metadata]).toMatchObject([{ length: count }, { length: count }]);
});

test('a filter that is wrong is told with its place; one that fails fails the list', async () => {
  const ask = (filter: string) =>
    call('GET', `/1.0/inventory/instances?recursion=1&filter=${encodeURIComponent(filter)}`);
  const wrong = await ask('nmae == "x"');
  expect([wrong.status, wrong.body['code'], wrong.body['error']]).toEqual([
    400,
    'filter_invalid',
    'Failed to compile filter expression: unknown name nmae (did you mean "name"?) (1:1)\n | nmae == "x"\n | ^',
  ]);
  expect((await ask('object.profiles[9] == "x"')).body).toMatchObject({ code: 'filter_failed' });
});

test.each([
  ['GET', 'junk', 400, 'query_invalid'],
  ['GET', '00000000-0000-5000-8000-000000000000', 404, 'inventory_object_not_found'],
  ['POST', '00000000-0000-5000-8000-000000000000/:resync', 404, 'inventory_object_not_found'],
])('%s %s is %d %s', async (method, end, status, code) => {
  const reply = await call(method, `/1.0/inventory/images/${end}`);
  expect([reply.status, reply.body['code']]).toEqual([status, code]);
});

test('a long list is one envelope, as a short one', async () => {
  const metadata = Array.from({ length: 2_500 }, (_, at) => ({
    name: `many${String(at).padStart(4, '0')}`,
    project: 'default',
  }));
  const target = { cluster: 'big', endpoints: [incus.endpoint], serverNames: [] };
  const held = recordedIncus();
  for (const url of held.keys()) held.set(url, []);
  held.set('/1.0/profiles?all-projects=true&recursion=1', metadata);
  const big = await startTestIncus(await testCertificate('big'), held);
  const endpoints = [big.endpoint];
  await inventory.service.scanCluster({ ...target, endpoints }, new AbortController().signal);
  const { text, body } = await call('GET', '/1.0/inventory/profiles?recursion=1');
  expect(text.endsWith(']}\n')).toBe(true);
  expect(Object.keys(body)).toEqual(['type', 'status', 'status_code', 'operation', 'error_code', 'error', 'metadata']);
  expect((body.metadata as { name: string }[]).map(({ name }) => name)).toEqual([
    ...metadata.map(({ name }) => name),
    'default',
    'small',
  ]);
  const head = await call('HEAD', '/1.0/inventory/profiles?recursion=1');
  expect([head.status, head.text]).toEqual([200, '']);
  await inventory.service.removeCluster('big');
  await big[Symbol.asyncDispose]();
});

test('a list and a single object are shown as of then; a time of which nothing is known is refused', async () => {
  const held = recordedIncus();
  for (const url of held.keys()) if (!url.startsWith('/1.0/projects?')) held.set(url, []);
  held.set('/1.0/profiles?all-projects=true&recursion=1', [{ name: 'was', project: 'default' }]);
  const then = await startTestIncus(await testCertificate('then'), held);
  const target = { cluster: 'big', endpoints: [then.endpoint], serverNames: [] };
  await inventory.service.scanCluster(target, new AbortController().signal);
  const time = encodeURIComponent(new Date().toISOString());
  const list = '/1.0/inventory/profiles?recursion=1&cluster=big';
  const [{ uuid } = { uuid: '' }] = (await call('GET', list)).body.metadata as { uuid: string }[];
  // The time above is of milliseconds: what goes, goes in a later one.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await inventory.service.removeCluster('big');
  expect((await call('GET', list)).body.metadata).toEqual([]);
  expect((await call('GET', `${list}&as_of=${time}`)).body.metadata).toMatchObject([{ uuid, name: 'was' }]);
  const show = `/1.0/inventory/profiles/${uuid}`;
  expect((await call('GET', show)).status).toBe(404);
  expect((await call('GET', `${show}?as_of=${time}`)).body.metadata).toMatchObject({ uuid, name: 'was' });
  for (const [wrong, code] of [
    ['yesterday', 'inventory_time_invalid'],
    ['2999-01-01T00:00:00Z', 'inventory_time_future'],
    ['2001-01-01T00:00:00Z', 'inventory_time_not_kept'],
  ])
    for (const path of [list, `${show}?`])
      expect((await call('GET', `${path}&as_of=${wrong}`)).body).toMatchObject({ code });
  const query = `/1.0/inventory/query?cluster=big&kind=profile`;
  expect((await call('GET', query)).body.metadata).toEqual([]);
  expect((await call('GET', `${query}&as_of=${time}`)).body.metadata).toMatchObject([
    { cluster: 'big', profiles: [{ name: 'was' }], images: null },
  ]);
  const life = (await call('GET', `/1.0/inventory/history/${uuid}`)).body.metadata;
  expect(life).toMatchObject({ changes: [{ change: 'deleted' }, { change: 'created', name: 'was' }], cursor: null });
  const diff = `/1.0/inventory/diff?cluster=big&kind=profile&from=${time}`;
  const gone = (await call('GET', diff)).body.metadata as { to: string };
  expect(gone).toMatchObject({ changes: [{ change: 'deleted', kind: 'profile', name: 'was' }], cursor: null });
  const totals = (await call('GET', diff.replace('diff?', 'diff/totals?'))).body.metadata;
  expect(totals).toMatchObject({ kinds: [{ kind: 'profile', change: 'deleted', count: 1 }] });
  const usage = (await call('GET', '/1.0/inventory/history')).body.metadata as { versions: number; bytes: number };
  expect(usage.versions).toBeGreaterThan(0);
  expect(usage.bytes).toBeGreaterThan(0);
  await then[Symbol.asyncDispose]();
});

test('pages of what differs go on behind each other, and a cursor belongs to its question', async () => {
  const from = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const held = recordedIncus();
  // UUIDs are made of names: an address set and a profile with the same ones have one UUID.
  held.set('/1.0/network-address-sets?all-projects=true&recursion=1', [{ name: 'default', project: 'default' }]);
  const made = await startTestIncus(await testCertificate('made'), held);
  const target = { cluster: 'made', endpoints: [made.endpoint], serverNames: [] };
  await inventory.service.scanCluster(target, new AbortController().signal);
  type Page = { changes: { kind: string; uuid: string }[]; cursor: string | null; to: string };
  const ask = async (more: string) => (await call('GET', `/1.0/inventory/diff?from=${from}&cluster=made${more}`)).body;
  const whole = (await ask('&limit=1000')).metadata as Page;
  const found: Page['changes'] = [];
  let cursor = '';
  for (let page: Page | undefined; page === undefined || page.cursor !== null; ) {
    page = (await ask(`&limit=2${cursor}`)).metadata as Page;
    found.push(...page.changes);
    cursor = `&cursor=${page.cursor}`;
  }
  expect(found).toEqual(whole.changes);
  expect(found.length).toBeGreaterThan(10);
  const { cursor: second, to } = (await ask('&limit=2')).metadata as Page;
  expect((await ask(`&limit=2&cursor=${second}&to=${to}`)).metadata).toMatchObject({ to });
  for (const wrong of [`&cursor=${second}&kind=profile`, `&cursor=${second}&to=${from}`, '&cursor=nonsense'])
    expect(await ask(wrong)).toMatchObject({ code: 'inventory_cursor_invalid' });
  expect(await ask('&limit=100000')).toMatchObject({ code: 'query_invalid' });
  expect(await ask(`&to=2020-01-01T00:00:00Z`)).toMatchObject({ code: 'inventory_time_not_kept' });
  const double = found.find((one) => found.some(({ kind, uuid }) => uuid === one.uuid && kind !== one.kind));
  const path = `/1.0/inventory/history/${double?.uuid}`;
  expect((await call('GET', path)).body).toMatchObject({ code: 'inventory_kind_ambiguous' });
  const one = (await call('GET', `${path}?kind=${double?.kind}`)).body.metadata;
  expect(one).toMatchObject({ changes: [{ change: 'created' }] });
  const nobody = '/1.0/inventory/history/00000000-0000-5000-8000-000000000000';
  expect((await call('GET', nobody)).body).toMatchObject({ code: 'inventory_object_not_found' });
  await inventory.service.removeCluster('made');
  await made[Symbol.asyncDispose]();
});

test('a page says where the next one is and how many there are; a caller that has it gets nothing', async () => {
  const path = '/1.0/inventory/instances?recursion=1&sort=-name&total=true&fields=name';
  const first = await call('GET', `${path}&limit=2`);
  expect(first.headers['x-total-count']).toBe('3');
  expect(first.body.metadata).toEqual([{ name: 'v1' }, { name: 'c2' }]);
  const next = /^<(\/[^>]*)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
  const second = await call('GET', next);
  expect(second.body.metadata).toEqual([{ name: 'c1' }]);
  expect(second.headers.link).toBeUndefined();
  const etag = String(first.headers.etag);
  for (const given of [etag, `"other", W/${etag}`, '*']) {
    const known = await call('GET', `${path}&limit=2`, { 'if-none-match': given });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', etag]);
  }
  expect((await call('GET', next, { 'if-none-match': etag })).status).toBe(200);
  const [item] = recordedList('image');
  const show = await call('GET', `/1.0/inventory/images/${String(item?.uuid)}`);
  const again = await call('GET', `/1.0/inventory/images/${String(item?.uuid)}`, {
    'if-none-match': String(show.headers.etag),
  });
  expect(again.status).toBe(304);
  for (const [wrong, code] of [
    ['limit=0', 'query_invalid'],
    ['limit=1001', 'query_invalid'],
    ['limit=1e3x', 'query_invalid'],
    ['sort=nope', 'inventory_field_unknown'],
    ['fields=nope', 'inventory_field_unknown'],
    ['fields=name,', 'query_invalid'],
    ['cursor=nope', 'inventory_cursor_invalid'],
  ])
    expect((await call('GET', `/1.0/inventory/instances?recursion=1&${wrong}`)).body).toMatchObject({ code });
  const explained = await call('GET', '/1.0/inventory/explain?kind=instance&filter=name%20%3D%3D%20%22c1%22');
  expect(explained.body.metadata).toEqual({
    ...{ filter: 'name == "c1"', parts: [{ part: 'name == "c1"', by: 'index' }], objects: 3, looked_at: 1 },
  });
});

test('a resync answers with an empty object', async () => {
  const [image] = recordedList('image');
  const reply = await call('POST', `/1.0/inventory/images/${String(image?.uuid)}/:resync`);
  expect([reply.status, reply.body.metadata]).toEqual([200, {}]);
});
