import type { ServerResponse } from 'node:http';
import { factsOf, inventoryKindNames, isOfOc } from '@operations-center/contract';
import type { MadeCertificate } from '@operations-center/tls';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FleetConnections, makeFleetConnections } from '../../../fleet/connection.ts';
import { makeFleetEvents } from '../../../fleet/event-stream.ts';
import { type TestServer, testCertificate } from '../../../fleet/test-server.ts';
import { systemClock } from '../../../platform/clock.ts';
import { makeLog } from '../../../platform/log.ts';
import { openTestInventory } from '../../../testing/test-database.ts';
import type { WarningService } from '../../warnings/warnings.service.ts';
import { type InventoryParts, type InventoryService, makeInventoryService } from '../inventory.service.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import {
  type Held,
  listUrl,
  networks,
  pool,
  recorded,
  recordedIncus,
  recordedList,
  startTestIncus,
} from '../test-incus.ts';
import { watchWrites } from '../test-writes.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import type { ScanTarget } from './scan-cluster.service.ts';

let own: MadeCertificate;
let fleet: FleetConnections;
let held: Held;
let odd: Map<string, (response: ServerResponse) => void>;
let servers: TestServer[];
let database: InventoryWithVault;
let service: InventoryService;
let parts: InventoryParts;
let target: ScanTarget;
let ready: ScanTarget[];
/** What people would see now, by cluster. */
let seenWarnings: Map<string, string>;
const warnings: Pick<WarningService, 'raise' | 'clear'> = {
  raise: async (_, { entity, message }) => void seenWarnings.set(entity, message),
  clear: async (_, { entity }) => void seenWarnings.delete(entity),
};

beforeAll(async () => {
  own = await testCertificate('server01');
});

beforeEach(async () => {
  const client = await testCertificate('operations-center');
  const identity = { clientCertificate: client.certificate, clientKey: client.key };
  fleet = makeFleetConnections(identity);
  held = recordedIncus();
  odd = new Map();
  servers = [await startTestIncus(own, held, odd), await startTestIncus(own, held, odd)];
  database = await openTestInventory(':memory:');
  const work = makeInventoryWork(database);
  ready = [];
  seenWarnings = new Map();
  parts = {
    database,
    work,
    looks: work,
    pages: work,
    fleet,
    events: makeFleetEvents(identity),
    clustersToScan: async () => ready,
    clusterNames: async () => ready.map(({ cluster }) => cluster),
    warnings,
    clock: systemClock,
    log: makeLog('ERROR', { write: () => undefined }),
  };
  service = makeInventoryService(parts);
  target = {
    cluster: 'cluster01',
    endpoints: servers.map(({ endpoint }) => endpoint),
    serverNames: ['server01', 'server02', 'server03'],
  };
});

afterEach(async () => {
  await service.stop();
  await fleet.close();
  for (const server of servers) await server[Symbol.asyncDispose]();
  await database.close();
});

const never = new AbortController().signal;
const scan = () => service.scanCluster(target, never);
async function listed(
  kind: (typeof inventoryKindNames)[number],
): Promise<{ name: string; uuid: string; cluster: string; last_updated: string; parent_name?: string }[]> {
  const list = await service.lists.read({ conditions: { kind }, withSecrets: true }, AbortSignal.timeout(60_000));
  if (!('json' in list)) throw new Error('a small list came as a stream');
  return JSON.parse(list.json);
}

test('every kind comes out as OC recorded it, field by field and in its order', async () => {
  expect(await scan()).toEqual({ added: 28, changed: 0, removed: 0, unchanged: 0, problems: [] });
  for (const kind of inventoryKindNames.filter(isOfOc)) {
    const expected = recordedList(kind);
    const items = await listed(kind);
    expect(items).toEqual(
      expected.map((item) => ({
        ...item,
        last_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
      })),
    );
    expect(items.map((item) => Object.keys(item))).toEqual(expected.map((item) => Object.keys(item)));
    const { segment } = factsOf(kind);
    const one = recorded.find(({ id }) => id === `inventory-${segment}-get`)?.response_body.metadata as {
      uuid: string;
    }; // recorded for each kind
    const shown = await service.load(kind, one.uuid, undefined, { withSecrets: true });
    expect(JSON.parse(shown)).toEqual({ ...one, last_updated: expect.any(String) });
  }
});

test('a scan asks exactly these questions, on few connections', async () => {
  await scan();
  const asked = servers[0]?.seen.map(({ method, url }) => `${method} ${url}`).sort();
  expect(asked).toEqual(
    [...held.keys()]
      .filter((url) => !url.includes('incusbr0/load') && !url.includes('incusbr0/peers'))
      .map((url) => `GET ${url}`)
      .sort(),
  );
  expect(servers[1]?.seen).toEqual([]);
  expect(servers[0]?.made()).toBeLessThanOrEqual(4);
});

test('an unchanged cluster writes no object', async () => {
  await scan();
  const changes = await watchWrites(database);
  const before = await changes();
  expect(await scan()).toEqual({ added: 0, changed: 0, removed: 0, unchanged: 28, problems: [] });
  expect(await changes()).toEqual(before);
  held.set(listUrl('profile'), []);
  await scan();
  expect(await changes()).not.toEqual(before);
});

test('a network that is gone takes along what stood below it', async () => {
  await scan();
  held.set(listUrl('network'), ((held.get(listUrl('network')) ?? []) as unknown[]).slice(0, 1));
  expect(await scan()).toMatchObject({ removed: 3, problems: [] });
  expect(await listed('network_peer')).toEqual([]);
  expect(await listed('network_load_balancer')).toEqual([]);
  expect(await listed('network_forward')).toHaveLength(1);
});

test('a pool that is gone takes along its volumes and buckets', async () => {
  await scan();
  held.set(listUrl('storage_pool'), []);
  expect(await scan()).toMatchObject({ removed: 11, problems: [] });
  expect(await listed('storage_volume')).toEqual([]);
});

test('a kind that fails keeps its rows and what is below, and does not stop the others', async () => {
  await scan();
  held.clear();
  for (const url of ['network', 'instance'] as const)
    odd.set(listUrl(url), (response) =>
      response.writeHead(500).end('{"type":"error","error":"database is locked","error_code":500}'),
    );
  const result = await scan();
  expect(result.problems.map(({ kind, message }) => [kind, message])).toEqual([
    ['network', 'server1: GET /1.0/networks: database is locked'],
    ['instance', 'server1: GET /1.0/instances: database is locked'],
  ]);
  const left = Object.fromEntries(
    await Promise.all(inventoryKindNames.map(async (kind) => [kind, (await listed(kind)).length] as const)),
  );
  expect(left).toMatchObject({
    instance: 3,
    network: 2,
    network_forward: 1,
    network_peer: 1,
    project: 0,
    storage_volume: 0,
  });
});

test('one failing parent keeps its rows; the others are brought up to date', async () => {
  await scan();
  odd.set(listUrl('network_forward', networks[0]), (response) => response.writeHead(400).end('{}'));
  held.set(listUrl('network_forward', networks[1]), [{ listen_address: '10.9.9.9' }]);
  const result = await scan();
  expect(result).toMatchObject({ added: 1, removed: 0, problems: [{ kind: 'network_forward', parent: 'incusbr0' }] });
  expect((await listed('network_forward')).map(({ name }) => name)).toEqual(['10.1.0.50', '10.9.9.9']);
});

test('what Incus does not have yet is an empty kind, and no problem', async () => {
  held.delete(listUrl('network_address_set'));
  expect(await scan()).toMatchObject({ added: 27, problems: [] });
});

test('an endless answer is cut off', async () => {
  const call: FleetConnections['call'] = (endpoint, request) =>
    fleet.call(endpoint, { ...request, maxBytes: Math.min(request.maxBytes ?? 0, 1_000_000) });
  const small = makeInventoryService({ ...parts, fleet: { call } });
  odd.set(listUrl('profile'), (response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  const result = await small.scanCluster(target, never);
  expect(result.problems).toMatchObject([
    { kind: 'profile', message: expect.stringContaining('larger than 1000000 bytes') },
  ]);
  expect(result.added).toBe(26);
});

test('when a member is not there, another one is asked, for everything that follows', async () => {
  await servers[0]?.[Symbol.asyncDispose]();
  expect(await scan()).toMatchObject({ added: 28, problems: [] });
});

test('a member that shows another certificate is not believed; the next one is asked', async () => {
  servers[0]?.show(await testCertificate('impostor'));
  expect(await scan()).toMatchObject({ added: 28, problems: [] });
  expect(servers[0]?.seen).toEqual([]);
  // Tried by the questions that went out together, and then no more.
  expect(servers[0]?.made()).toBeLessThanOrEqual(4);
});

test('when nobody is there, every kind says so and nothing is lost', async () => {
  await scan();
  for (const server of servers) await server[Symbol.asyncDispose]();
  const result = await scan();
  expect(result).toMatchObject({ removed: 0, unchanged: 0 });
  expect(new Set(result.problems.map(({ message }) => message.replace(/GET \S+/, 'GET')))).toEqual(
    new Set(['server1: GET connection refused']),
  );
  expect(await listed('instance')).toHaveLength(3);
});

test('a scan that is given up says why', async () => {
  const cancel = new AbortController();
  odd.set(listUrl('instance'), () => cancel.abort(new Error('enough')));
  await expect(service.scanCluster(target, cancel.signal)).rejects.toThrow('enough');
});

test('a cluster that is removed while it is scanned leaves nothing behind', async () => {
  let removed: Promise<void> | undefined;
  odd.set(listUrl('instance'), () => {
    removed = service.removeCluster('cluster01');
  });
  await expect(scan()).rejects.toThrow('not in the inventory any more');
  await removed;
  const [rows] = await database.rows<{ n: number }>('select count(*) as n from inventory_objects');
  expect(rows?.n).toBe(0);
});

test('beside other daemons: what one of them removed meanwhile leaves nothing, and only ours is scanned regularly', async () => {
  const count = async () => (await database.rows('select count(*) as n from inventory_objects'))[0];
  const theirs = makeInventoryService({ ...parts, isMine: () => false, everyMs: 5 });
  await theirs.scanCluster(target, new AbortController().signal);
  expect(await count()).toEqual({ n: 0 });
  ready = [target];
  theirs.start();
  const ours = makeInventoryService({ ...parts, isMine: (cluster) => cluster === 'cluster01' });
  await expect.poll(count).toEqual({ n: 0 });
  ours.start();
  await expect.poll(count).toEqual({ n: 28 });
  await Promise.all([theirs.stop(), ours.stop()]);
});

test('callers at once share scans: one that runs, one that waits', async () => {
  const waiting: ServerResponse[] = [];
  odd.set(listUrl('image'), (response) => waiting.push(response));
  const first = scan();
  await expect.poll(() => waiting).toHaveLength(1);
  odd.clear();
  const others = [scan(), scan(), scan()];
  waiting[0]?.end(JSON.stringify({ type: 'sync', metadata: held.get(listUrl('image')) }));
  const results = await Promise.all([first, ...others]);
  expect(results.map(({ added, unchanged }) => [added, unchanged])).toEqual([
    [28, 0],
    ...Array.from({ length: 3 }, () => [0, 28]),
  ]);
  expect(servers[0]?.seen.filter(({ url }) => url === listUrl('image'))).toHaveLength(2);
});

test('who gives up waiting for a shared scan does not end it for the others', async () => {
  const waiting: ServerResponse[] = [];
  odd.set(listUrl('image'), (response) => waiting.push(response));
  const running = scan();
  await expect.poll(() => waiting).toHaveLength(1);
  odd.clear();
  const cancel = new AbortController();
  const given = service.scanCluster(target, cancel.signal);
  const other = scan();
  cancel.abort(new Error('enough'));
  const ends = Promise.allSettled([given, other]);
  waiting[0]?.end(JSON.stringify({ type: 'sync', metadata: held.get(listUrl('image')) }));
  await running;
  expect(await ends).toMatchObject([
    { status: 'rejected', reason: { message: 'enough' } },
    { status: 'fulfilled', value: { unchanged: 28 } },
  ]);
});

test('one object is asked for again: changed, and then gone', async () => {
  await scan();
  ready = [target];
  const [volume] = await listed('storage_volume');
  const uuid = String(volume?.uuid);
  const url = `/1.0/storage-pools/${pool.name}/volumes/custom/backups?project=default&recursion=1&target=server01`;
  odd.set(url, (response) =>
    response.end(
      '{"type":"sync","metadata":{"name":"backups","location":"server01","type":"custom","project":"default","size":7}}',
    ),
  );
  await service.resyncObject('storage_volume', uuid, never);
  expect(JSON.parse(await service.load('storage_volume', uuid))).toMatchObject({ uuid, object: { size: 7 } });
  odd.clear();
  await service.resyncObject('storage_volume', uuid, never);
  await expect(service.load('storage_volume', uuid)).rejects.toMatchObject({
    code: 'inventory_object_not_found',
    status: 404,
    message: 'Not found',
  });
});

test('what cannot be asked for again is refused with its reason, and kept', async () => {
  await scan();
  const [image] = await listed('image');
  const uuid = String(image?.uuid);
  const refused = (code: string, given = uuid) =>
    expect(service.resyncObject('image', given, never)).rejects.toMatchObject({ code });
  await refused('query_invalid', 'junk');
  await refused('inventory_object_not_found', '00000000-0000-5000-8000-000000000000');
  await refused('inventory_cluster_not_scanned');
  ready = [target];
  const url = `/1.0/images/${'a'.repeat(64)}?project=default`;
  odd.set(url, (response) => response.end('<html>'));
  await refused('inventory_resync_failed');
  odd.set(url, (response) => response.writeHead(500).end('{"error":"no"}'));
  await refused('inventory_resync_failed');
  expect(await listed('image')).toHaveLength(1);
});

test('the loop scans every ready cluster, whatever happens to one of them', async () => {
  const broken = (cluster: string): ScanTarget => ({
    ...target,
    cluster,
    get endpoints(): never {
      throw new Error('broken');
    },
  });
  ready = [broken('c1'), broken('c2'), { ...target, cluster: 'silent', endpoints: [] }, target];
  service.start();
  await expect.poll(async () => (await listed('storage_volume')).length).toBe(9);
});

test('the loop forgets clusters that are there no more', async () => {
  await scan();
  ready = [{ ...target, cluster: 'other' }];
  service.start();
  const stored = async () => new Set((await listed('image')).map(({ cluster }) => cluster));
  await expect.poll(stored).toEqual(new Set(['other']));
});

test('a scan with problems is a warning of its cluster, until one without', async () => {
  odd.set(listUrl('profile'), (response) => response.end('<html>'));
  await scan();
  expect([...seenWarnings]).toEqual([
    ['cluster01', 'profile: GET /1.0/profiles: the answer cannot be used: it is no JSON object'],
  ]);
  odd.clear();
  await scan();
  expect([...seenWarnings]).toEqual([]);
});
