import { inventoryKindNames } from '@operations-center/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerJson, testCertificate } from '../../../fleet/test-server.ts';
import { listUrl, showUrl } from '../test-incus.ts';
import { type LiveWorld, profileOf, startLiveWorld } from '../test-live.ts';
import { everyKind } from './freshness.ts';
import { listViews, putViews } from './views.store.ts';

let world: LiveWorld;
beforeEach(async () => {
  world = await startLiveWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('the stream', () => {
  test('is asked for all projects, and first: what changes while the cluster is read is told', async () => {
    world.odd.set(listUrl('profile'), (response) => {
      world.odd.delete(listUrl('profile'));
      expect(world.events[0]?.listeners.size).toBe(1);
      answerJson(response, 200, { type: 'sync', metadata: [] });
    });
    await world.follow();
    expect(world.events[0]?.asked).toEqual(['/1.0/events?all-projects=true&type=lifecycle']);
  });

  test('goes on with another member when one dies; what changed in between is read', async () => {
    await world.follow();
    world.held.set(listUrl('profile'), [profileOf('missed')]);
    await world.servers[0]?.[Symbol.asyncDispose]();
    await expect.poll(() => world.names('profile'), { timeout: 5_000 }).toEqual(['missed']);
    await expect.poll(world.isLive).toBe(true);
    expect((await world.service.freshness(undefined))[0]).toMatchObject({
      member: 'server02',
      stale_since: null,
      reason: '',
    });
    world.hold('new');
    world.tell('profile-created', 'profiles/new');
    await expect.poll(() => world.names('profile')).toEqual(['missed', 'new']);
  });

  test('ends when it tells nonsense: the next member is asked', async () => {
    await world.follow();
    world.events[0]?.tell('<html>');
    await expect.poll(() => world.events[1]?.listeners.size).toBe(1);
    await expect.poll(() => world.events[0]?.listeners.size).toBe(0);
  });

  test('ends when what it tells cannot be looked at: nothing is missed', async () => {
    await world.follow();
    world.hold('new');
    world.held.set(listUrl('profile'), [profileOf('new')]);
    world.odd.set(showUrl('profile', { name: 'new' }), (response) => response.destroy());
    world.tell('profile-created', 'profiles/new');
    // Neither member can show it; the scan of the next stream has it.
    await expect.poll(() => world.names('profile'), { timeout: 5_000 }).toEqual(['new']);
    expect(world.events[1]?.asked).toHaveLength(1);
  });

  test('that nobody opens is told after a while, with since when and when it is tried again, and taken back', async () => {
    await world.follow();
    world.time.aheadMs += 5_000;
    for (const server of world.servers) server.show(await testCertificate('impostor'));
    for (const server of world.servers) server.cutAll();
    await expect.poll(async () => (await world.service.freshness('cluster01'))[0]?.reason).toMatch(/certificate/);
    expect(world.warned.size).toBe(0);
    const [fresh] = await world.service.freshness('cluster01');
    expect(fresh).toMatchObject({
      live: false,
      member: '',
      since: expect.any(String),
      stale_since: expect.any(String),
    });
    expect(fresh?.kinds).toHaveLength(inventoryKindNames.length);
    world.time.aheadMs += 20_000;
    await expect
      .poll(() => world.warned.get('inventory_events'), { timeout: 10_000 })
      .toMatch(/^no member tells what changes since .*certificate/);
    expect(await world.names('instance')).toHaveLength(3);
    for (const server of world.servers) server.show(world.own);
    await expect.poll(() => [...world.warned.keys()], { timeout: 20_000 }).toEqual([]);
  });

  test('of a cluster that is removed is hung up, and nothing is left', async () => {
    await world.follow();
    world.clusters.ready = [];
    await world.service.removeCluster('cluster01');
    await expect.poll(() => world.events[0]?.listeners.size).toBe(0);
    for (const table of ['inventory_objects', 'inventory_looks', 'inventory_views'])
      expect(await world.database.rows(`select * from ${table}`)).toEqual([]);
  });

  test('follows a cluster to its new name', async () => {
    await world.follow();
    world.clusters.ready = [world.targetOf('renamed')];
    await world.service.renameCluster('cluster01', 'renamed');
    await expect
      .poll(async () => (await world.service.freshness(undefined)).map(({ cluster, live }) => [cluster, live]))
      .toEqual([['renamed', true]]);
    world.hold('new');
    world.tell('profile-created', 'profiles/new');
    await expect.poll(() => world.names('profile')).toContain('new');
    const rows = await world.database.rows<{ cluster: string }>('select distinct cluster from inventory_objects');
    expect(rows).toEqual([{ cluster: 'renamed' }]);
  });

  test('follows members that are reached otherwise, and a certificate that is renewed', async () => {
    await world.follow();
    const renewed = await testCertificate('renewed');
    for (const server of world.servers) server.show(renewed);
    const [target] = world.clusters.ready;
    if (target === undefined) throw new Error('no cluster');
    world.clusters.ready = [
      { ...target, endpoints: target.endpoints.map((one) => ({ ...one, pins: [renewed.fingerprint] })) },
    ];
    // What made it so scans the cluster, or the next look at all clusters finds it.
    await world.service.renameCluster('other', 'else');
    await expect.poll(() => world.events[0]?.asked.length).toBe(2);
    await expect.poll(world.isLive).toBe(true);
  });

  test('is not asked for by a daemon whose cluster it is not', async () => {
    await using other = await startLiveWorld({ isMine: () => false });
    await other.service.scanCluster(other.targetOf('cluster01'), new AbortController().signal);
    other.service.start();
    await expect.poll(() => other.looks()).toBeGreaterThan(0);
    expect(other.events[0].asked).toEqual([]);
    expect(await other.service.freshness(undefined)).toMatchObject([
      { live: false, reason: expect.stringContaining('another daemon follows') },
    ]);
    // The other one says that it does, to whoever looks into the database.
    const say = (agoMs: number) =>
      other.database.write('said by another', (tx) =>
        putViews(tx, [{ cluster: 'cluster01', kind: everyKind, seen_at: Date.now() - agoMs, problem: '' }]),
      );
    await say(120_000);
    expect((await other.service.freshness('cluster01'))[0]?.live).toBe(false);
    await say(20_000);
    expect(await other.service.freshness('cluster01')).toMatchObject([{ live: true, stale_since: null, reason: '' }]);
  });

  test('is told to other daemons while it lasts', async () => {
    await using mine = await startLiveWorld({ isMine: () => true });
    await mine.follow();
    const told = async () => (await listViews(mine.database, 'cluster01')).find(({ kind }) => kind === everyKind);
    await expect.poll(told, { timeout: 15_000 }).toMatchObject({ problem: '' });
    expect(Date.now() - ((await told())?.seen_at ?? 0)).toBeLessThan(20_000);
  });

  test('has not begun: that is not said to be another daemon', async () => {
    const reason = async () => (await world.service.freshness('cluster01'))[0]?.reason;
    expect(await reason()).toMatch(/^it is not followed yet/);
    await world.follow();
    expect(await reason()).toBe('');
  });
});

test('how fresh each kind is: not until it is read, and not what could not be read', async () => {
  world.odd.set(listUrl('network'), (response) => answerJson(response, 500, { error: 'database is locked' }));
  world.service.start();
  await expect
    .poll(async () => (await world.service.freshness('cluster01'))[0]?.reason)
    .toMatch(/network.*database is locked/);
  const [fresh] = await world.service.freshness('cluster01');
  const stale = fresh?.kinds.filter(({ stale_since, seen_at }) => stale_since !== null || seen_at === null);
  expect(stale?.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['network', 'server01: GET /1.0/networks: database is locked'],
    ['network_forward', 'its networks could not be listed'],
    ['network_load_balancer', 'its networks could not be listed'],
    ['network_peer', 'its networks could not be listed'],
  ]);
  expect(fresh).toMatchObject({ live: false, member: 'server01', seen_at: null });
});

test('a list that an event made us read and that fails is read again soon', async () => {
  await world.follow();
  for (const url of [listUrl('profile'), showUrl('profile', { name: 'web' })])
    world.odd.set(url, (response) => answerJson(response, 500, { error: 'busy' }));
  world.tell('profile-created', 'profiles/web');
  const reason = async () => (await world.service.freshness('cluster01'))[0]?.reason;
  await expect.poll(reason).toBe('profile: server01: GET /1.0/profiles: busy');
  world.odd.clear();
  world.time.aheadMs += 60_000;
  // Wakes what looks every few seconds which clusters are due.
  await world.service.renameCluster('other', 'else');
  await expect.poll(reason).toBe('');
});
