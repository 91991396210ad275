import type { ServerResponse } from 'node:http';
import { type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import type { MadeCertificate } from '@operations-center/tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FleetConnections, makeFleetConnections } from '../../fleet/connection.ts';
import { makeFleetEvents } from '../../fleet/event-stream.ts';
import { makeTestEvents, type TestEvents } from '../../fleet/test-events.ts';
import { answerJson, type TestServer, testCertificate } from '../../fleet/test-server.ts';
import type { Clock } from '../../platform/clock.ts';
import { makeLog } from '../../platform/log.ts';
import type { InventoryDatabase } from '../../schema.ts';
import { openTestInventory } from '../../testing/test-database.ts';
import { type InventoryService, makeInventoryService } from './inventory.service.ts';
import { makeInventoryWork } from './inventory-work.store.ts';
import type { ScanTarget } from './scan-cluster.service.ts';
import { type Held, listUrl, networks, recordedIncus, showUrl, startTestIncus } from './test-incus.ts';

let own: MadeCertificate;
let client: MadeCertificate;
let fleet: FleetConnections;
let held: Held;
let odd: Map<string, (response: ServerResponse) => void>;
let events: TestEvents[];
let servers: TestServer[];
let database: InventoryDatabase;
let service: InventoryService;
let ready: ScanTarget[];
let warned: Map<string, string>;
let polled: string[];
let aheadMs: number;

const clock: Clock = {
  nowMs: () => Date.now() + aheadMs,
  sleepUntil: (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

beforeAll(async () => {
  [own, client] = await Promise.all([testCertificate('server01'), testCertificate('operations-center')]);
});

beforeEach(async () => {
  const identity = { clientCertificate: client.certificate, clientKey: client.key };
  fleet = makeFleetConnections(identity);
  held = recordedIncus();
  odd = new Map();
  events = [makeTestEvents(), makeTestEvents()];
  servers = await Promise.all(events.map((one) => startTestIncus(own, held, odd, one)));
  for (const [at, server] of servers.entries()) server.endpoint.name = `server0${at + 1}`;
  database = await openTestInventory(':memory:');
  const work = makeInventoryWork(database);
  [warned, polled, aheadMs] = [new Map(), [], 0];
  ready = [targetOf('cluster01')];
  service = makeInventoryService({
    ...{ database, work, looks: work, pages: work, fleet, clock },
    events: makeFleetEvents(identity),
    clustersToScan: async () => ready,
    clusterNames: async () => ready.map(({ cluster }) => cluster),
    warnings: {
      raise: async (_, { scope, message }) => void warned.set(scope, message),
      clear: async (_, { scope }) => void warned.delete(scope ?? ''),
    },
    onServer: (name) => polled.push(name),
    log: makeLog('ERROR', { write: () => undefined }),
  });
});

afterEach(async () => {
  await service.stop();
  await fleet.close();
  for (const server of servers) await server[Symbol.asyncDispose]();
  await database.close();
});

const targetOf = (cluster: string): ScanTarget => ({
  cluster,
  endpoints: servers.map(({ endpoint }) => ({ ...endpoint })),
  serverNames: ['server01', 'server02', 'server03'],
});

async function names(kind: InventoryKind): Promise<string[]> {
  const list = await service.list({ kind }, undefined);
  if (!('json' in list)) throw new Error('a small list came as a stream');
  const items: { name: string; object: { description?: string } }[] = JSON.parse(list.json);
  return items.map(({ name, object }) => (object.description ? `${name} ${object.description}` : name)).toSorted();
}

const tell = (action: string, path: string, more: Record<string, unknown> = {}) => {
  const metadata = { action, source: `/1.0/${path}`, ...more };
  for (const one of events) one.tell({ type: 'lifecycle', location: 'server01', project: 'default', metadata });
};
const isLive = async () => (await service.freshness('cluster01'))[0]?.live;

/** Followed by the first member, and everything read. */
async function follow(): Promise<void> {
  service.start();
  await expect.poll(isLive).toBe(true);
  for (const server of servers) server.seen.length = 0;
}

const profile = (name: string, description = '') => ({
  name,
  description,
  project: 'default',
  config: {},
  devices: {},
  used_by: [],
});
function hold(name: string, description = ''): void {
  held.set(showUrl('profile', { name }), profile(name, description));
}

describe('what changes', () => {
  test('created, changed, renamed and deleted, an object is read by itself and nothing else is', async () => {
    await follow();
    const before = await names('profile');
    hold('new');
    tell('profile-created', 'profiles/new');
    await expect.poll(() => names('profile')).toEqual([...before, 'new'].toSorted());
    hold('new', 'better');
    tell('profile-updated', 'profiles/new');
    await expect.poll(() => names('profile')).toEqual([...before, 'new better'].toSorted());
    held.delete(showUrl('profile', { name: 'new' }));
    hold('newer', 'better');
    tell('profile-renamed', 'profiles/newer', { context: { old_name: 'new' } });
    await expect.poll(() => names('profile')).toEqual([...before, 'newer better'].toSorted());
    held.delete(showUrl('profile', { name: 'newer' }));
    tell('profile-deleted', 'profiles/newer');
    await expect.poll(() => names('profile')).toEqual(before);
    const [first, second] = servers;
    expect(new Set(first?.seen.map(({ url }) => url))).toEqual(
      new Set([showUrl('profile', { name: 'new' }), showUrl('profile', { name: 'newer' })]),
    );
    expect(second?.seen).toEqual([]);
  });

  test('an event is not believed: what is told to be deleted and is there stays', async () => {
    await follow();
    hold('web');
    tell('profile-created', 'profiles/web');
    await expect.poll(() => names('profile')).toContain('web');
    const url = showUrl('profile', { name: 'web' });
    tell('profile-deleted', 'profiles/web');
    await expect.poll(() => servers[0]?.seen.filter((one) => one.url === url)).toHaveLength(2);
    expect(await names('profile')).toContain('web');
  });

  test('an instance brings its volume, moves it, and takes it along', async () => {
    await follow();
    const volume = { project_name: 'default', parent_name: 'local', type: 'container', name: 'c9' };
    const instance = (location: string) => ({
      ...{ name: 'c9', project: 'default', type: 'container', location },
      expanded_devices: { root: { type: 'disk', path: '/', pool: 'local' } },
    });
    const place = (location: string) => {
      held.set(showUrl('instance', { name: 'c9' }), instance(location));
      const other = location === 'server01' ? 'server02' : 'server01';
      held.delete(showUrl('storage_volume', { ...volume, server: other }));
      held.set(showUrl('storage_volume', { ...volume, server: location }), { name: 'c9', type: 'container', location });
    };
    const stored = () =>
      database.rows<{ server: string }>(
        "select server from inventory_objects where kind = 'storage_volume' and name = 'c9'",
      );
    place('server01');
    tell('instance-created', 'instances/c9', { context: { type: 'container', 'storage-pool': 'local' } });
    await expect.poll(stored).toEqual([{ server: 'server01' }]);
    place('server02');
    tell('instance-migrated', 'instances/c9');
    await expect.poll(stored).toEqual([{ server: 'server02' }]);
    held.delete(showUrl('instance', { name: 'c9' }));
    held.delete(showUrl('storage_volume', { ...volume, server: 'server02' }));
    tell('instance-deleted', 'instances/c9');
    await expect.poll(stored).toEqual([]);
    expect(await names('instance')).not.toContain('c9');
  });

  test('a network that goes takes along what stood below it', async () => {
    await follow();
    expect(await names('network_peer')).toHaveLength(1);
    tell('network-deleted', 'networks/ovn0');
    await expect.poll(() => names('network_peer')).toEqual([]);
    expect([await names('network_load_balancer'), await names('network_forward')]).toEqual([
      [],
      ['10.1.0.50 A forward'],
    ]);
    expect(await names('network')).toEqual(['incusbr0']);
  });

  test('a network that Incus merely found is not ours to keep', async () => {
    await follow();
    held.set(showUrl('network', { name: 'eth0' }), { name: 'eth0', managed: false });
    tell('network-created', 'networks/eth0');
    await expect.poll(() => servers[0]?.seen).toHaveLength(1);
    expect(await names('network')).not.toContain('eth0');
  });

  test('a profile that changes has its instances read: their expanded configuration changed', async () => {
    await follow();
    held.set(showUrl('profile', { name: 'web' }), {
      ...profile('web'),
      used_by: ['/1.0/instances/i%201?project=p1', '/1.0/x'],
    });
    const url = showUrl('instance', { name: 'i 1', project_name: 'p1' });
    held.set(url, { name: 'i 1', project: 'p1', location: 'server02', type: 'container' });
    tell('profile-updated', 'profiles/web');
    await expect.poll(() => names('instance')).toContain('i 1');
  });

  test('what cannot be asked for by itself is looked for in the list', async () => {
    await follow();
    odd.set(showUrl('profile', { name: 'web' }), (response) => answerJson(response, 500, { error: 'broken' }));
    held.set(listUrl('profile'), [profile('web')]);
    tell('profile-created', 'profiles/web');
    await expect.poll(() => names('profile')).toEqual(['web']);
    expect(servers[0]?.seen.map(({ url }) => url)).toEqual([showUrl('profile', { name: 'web' }), listUrl('profile')]);
  });

  test("a member's own state is the servers' matter", async () => {
    await follow();
    tell('cluster-member-evacuated', 'cluster/members/server03');
    await expect.poll(() => polled).toEqual(['server03']);
    expect(servers[0]?.seen).toEqual([]);
  });
});

describe('a scan whose question is older than what an event showed', () => {
  /** A scan that has asked for the profiles and gets `list` when `answer` is called. */
  async function scanSlowly(list: unknown[]): Promise<{ answer(): void; ended: Promise<unknown> }> {
    const waiting: ServerResponse[] = [];
    odd.set(listUrl('profile'), (response) => waiting.push(response));
    const [target] = ready;
    if (target === undefined) throw new Error('no cluster');
    const ended = service.scanCluster(target, new AbortController().signal);
    await expect.poll(() => waiting).toHaveLength(1);
    odd.delete(listUrl('profile'));
    return { answer: () => waiting[0]?.end(JSON.stringify({ type: 'sync', metadata: list })), ended };
  }

  beforeEach(async () => {
    held.set(listUrl('profile'), [profile('old'), profile('kept')]);
    await follow();
  });

  test('does not write over it', async () => {
    const slow = await scanSlowly([profile('old', 'outdated'), profile('kept', 'changed')]);
    hold('old', 'newest');
    tell('profile-updated', 'profiles/old');
    await expect.poll(() => names('profile')).toEqual(['kept', 'old newest']);
    slow.answer();
    expect(await slow.ended).toMatchObject({ problems: [] });
    expect(await names('profile')).toEqual(['kept changed', 'old newest']);
  });

  test('does not delete what has come since', async () => {
    const slow = await scanSlowly([profile('old')]);
    hold('new');
    tell('profile-created', 'profiles/new');
    await expect.poll(() => names('profile')).toEqual(['kept', 'new', 'old']);
    slow.answer();
    await slow.ended;
    expect(await names('profile')).toEqual(['new', 'old']);
  });

  test('does not bring back what has gone since', async () => {
    const slow = await scanSlowly([profile('old'), profile('kept')]);
    tell('profile-deleted', 'profiles/old');
    await expect.poll(() => names('profile')).toEqual(['kept']);
    slow.answer();
    await slow.ended;
    expect(await names('profile')).toEqual(['kept']);
  });

  test('nor if the object was as we knew it, and differed only in between', async () => {
    const slow = await scanSlowly([profile('old', 'in between'), profile('kept')]);
    hold('old');
    tell('profile-updated', 'profiles/old');
    await expect.poll(() => servers[0]?.seen.some(({ url }) => url === showUrl('profile', { name: 'old' }))).toBe(true);
    await expect.poll(() => database.rows('select uuid from inventory_looks')).toHaveLength(1);
    slow.answer();
    await slow.ended;
    expect(await names('profile')).toEqual(['kept', 'old']);
  });

  test('but one that is asked for afterwards counts, and then nothing is remembered', async () => {
    hold('old', 'told');
    tell('profile-updated', 'profiles/old');
    await expect.poll(() => names('profile')).toEqual(['kept', 'old told']);
    const slow = await scanSlowly([profile('old', 'listed')]);
    slow.answer();
    await slow.ended;
    expect(await names('profile')).toEqual(['old listed']);
    expect(await database.rows('select * from inventory_looks')).toEqual([]);
  });
});

describe('the stream', () => {
  test('is asked for all projects, and first: what changes while the cluster is read is told', async () => {
    odd.set(listUrl('profile'), (response) => {
      odd.delete(listUrl('profile'));
      expect(events[0]?.listeners.size).toBe(1);
      answerJson(response, 200, { type: 'sync', metadata: [] });
    });
    await follow();
    expect(events[0]?.asked).toEqual(['/1.0/events?all-projects=true&type=lifecycle']);
  });

  test('goes on with another member when one dies; what changed in between is read', async () => {
    await follow();
    held.set(listUrl('profile'), [profile('missed')]);
    await servers[0]?.[Symbol.asyncDispose]();
    await expect.poll(() => names('profile'), { timeout: 5_000 }).toEqual(['missed']);
    await expect.poll(isLive).toBe(true);
    expect((await service.freshness(undefined))[0]).toMatchObject({
      member: 'server02',
      stale_since: null,
      reason: '',
    });
    hold('new');
    tell('profile-created', 'profiles/new');
    await expect.poll(() => names('profile')).toEqual(['missed', 'new']);
  });

  test('ends when it tells nonsense: the next member is asked', async () => {
    await follow();
    events[0]?.tell('<html>');
    await expect.poll(() => events[1]?.listeners.size).toBe(1);
    await expect.poll(() => events[0]?.listeners.size).toBe(0);
  });

  test('ends when what it tells cannot be looked at: nothing is missed', async () => {
    await follow();
    hold('new');
    held.set(listUrl('profile'), [profile('new')]);
    odd.set(showUrl('profile', { name: 'new' }), (response) => response.destroy());
    tell('profile-created', 'profiles/new');
    // Neither member can show it; the scan of the next stream has it.
    await expect.poll(() => names('profile'), { timeout: 5_000 }).toEqual(['new']);
    expect(events[1]?.asked).toHaveLength(1);
  });

  test('that nobody opens is told after a while, with since when and when it is tried again, and taken back', async () => {
    await follow();
    const [first] = servers;
    aheadMs += 5_000;
    for (const server of servers) server.show(await testCertificate('impostor'));
    for (const server of servers) server.cutAll();
    await expect.poll(async () => (await service.freshness('cluster01'))[0]?.reason).toMatch(/certificate/);
    expect(warned.size).toBe(0);
    const [fresh] = await service.freshness('cluster01');
    expect(fresh).toMatchObject({
      live: false,
      member: '',
      since: expect.any(String),
      stale_since: expect.any(String),
    });
    expect(fresh?.kinds).toHaveLength(inventoryKindNames.length);
    aheadMs += 20_000;
    await expect
      .poll(() => warned.get('inventory_events'), { timeout: 10_000 })
      .toMatch(/^no member tells what changes since .*certificate/);
    expect(await names('instance')).toHaveLength(3);
    for (const server of servers) server.show(own);
    await expect.poll(() => [...warned.keys()], { timeout: 20_000 }).toEqual([]);
    expect(first?.endpoint.name).toBe('server01');
  });

  test('of a cluster that is removed is hung up, and nothing is left', async () => {
    await follow();
    ready = [];
    await service.removeCluster('cluster01');
    await expect.poll(() => events[0]?.listeners.size).toBe(0);
    for (const table of ['inventory_objects', 'inventory_looks', 'inventory_views'])
      expect(await database.rows(`select * from ${table}`)).toEqual([]);
  });

  test('follows a cluster to its new name', async () => {
    await follow();
    ready = [targetOf('renamed')];
    await service.renameCluster('cluster01', 'renamed');
    await expect
      .poll(async () => (await service.freshness(undefined)).map(({ cluster, live }) => [cluster, live]))
      .toEqual([['renamed', true]]);
    hold('new');
    tell('profile-created', 'profiles/new');
    await expect.poll(() => names('profile')).toContain('new');
    const rows = await database.rows<{ cluster: string }>('select distinct cluster from inventory_objects');
    expect(rows).toEqual([{ cluster: 'renamed' }]);
  });

  test('follows members that are reached otherwise, and a certificate that is renewed', async () => {
    await follow();
    const renewed = await testCertificate('renewed');
    for (const server of servers) server.show(renewed);
    const [target] = ready;
    if (target === undefined) throw new Error('no cluster');
    ready = [{ ...target, endpoints: target.endpoints.map((one) => ({ ...one, pins: [renewed.fingerprint] })) }];
    // What made it so scans the cluster, or the next look at all clusters finds it.
    await service.renameCluster('other', 'else');
    await expect.poll(() => events[0]?.asked.length).toBe(2);
    await expect.poll(isLive).toBe(true);
  });

  test('is not asked for by a daemon whose cluster it is not', async () => {
    ready = [];
    service.start();
    ready = [targetOf('cluster01')];
    expect(events[0]?.asked).toEqual([]);
    expect((await service.freshness(undefined))[0]).toMatchObject({
      live: false,
      reason: expect.stringContaining('does not follow'),
    });
  });
});

test('how fresh each kind is: not until it is read, and not what could not be read', async () => {
  odd.set(listUrl('network'), (response) => answerJson(response, 500, { error: 'database is locked' }));
  service.start();
  await expect
    .poll(async () => (await service.freshness('cluster01'))[0]?.reason)
    .toMatch(/network.*database is locked/);
  const [fresh] = await service.freshness('cluster01');
  const stale = fresh?.kinds.filter(({ stale_since, seen_at }) => stale_since !== null || seen_at === null);
  expect(stale?.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['network', 'server01: GET /1.0/networks: database is locked'],
    ['network_forward', 'its networks could not be listed'],
    ['network_load_balancer', 'its networks could not be listed'],
    ['network_peer', 'its networks could not be listed'],
  ]);
  expect(fresh).toMatchObject({ live: false, member: 'server01', seen_at: null });
  expect(networks).toHaveLength(2);
});
