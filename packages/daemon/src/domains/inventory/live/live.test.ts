import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerJson } from '../../../fleet/test-server.ts';
import { listUrl, showUrl } from '../test-incus.ts';
import { type LiveWorld, profileOf, startLiveWorld } from '../test-live.ts';

let world: LiveWorld;
beforeEach(async () => {
  world = await startLiveWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('what changes', () => {
  test('created, changed, renamed and deleted, an object is read by itself and nothing else is', async () => {
    await world.follow();
    const before = await world.names('profile');
    world.hold('new');
    world.tell('profile-created', 'profiles/new');
    await expect.poll(() => world.names('profile')).toEqual([...before, 'new'].toSorted());
    world.hold('new', 'better');
    world.tell('profile-updated', 'profiles/new');
    await expect.poll(() => world.names('profile')).toEqual([...before, 'new better'].toSorted());
    world.held.delete(showUrl('profile', { name: 'new' }));
    world.hold('newer', 'better');
    world.tell('profile-renamed', 'profiles/newer', { context: { old_name: 'new' } });
    await expect.poll(() => world.names('profile')).toEqual([...before, 'newer better'].toSorted());
    world.held.delete(showUrl('profile', { name: 'newer' }));
    world.tell('profile-deleted', 'profiles/newer');
    await expect.poll(() => world.names('profile')).toEqual(before);
    const [first, second] = world.servers;
    expect(new Set(first?.seen.map(({ url }) => url))).toEqual(
      new Set([showUrl('profile', { name: 'new' }), showUrl('profile', { name: 'newer' })]),
    );
    expect(second?.seen).toEqual([]);
  });

  test('an event is not believed: what is told to be deleted and is there stays', async () => {
    await world.follow();
    world.hold('web');
    world.tell('profile-created', 'profiles/web');
    await expect.poll(() => world.names('profile')).toContain('web');
    const url = showUrl('profile', { name: 'web' });
    world.tell('profile-deleted', 'profiles/web');
    await expect.poll(() => world.servers[0]?.seen.filter((one) => one.url === url)).toHaveLength(2);
    expect(await world.names('profile')).toContain('web');
  });

  test('an instance brings its volume, moves it, and takes it along', async () => {
    await world.follow();
    const volume = { project_name: 'default', parent_name: 'local', type: 'container', name: 'c9' };
    const instance = (location: string) => ({
      ...{ name: 'c9', project: 'default', type: 'container', location },
      expanded_devices: { root: { type: 'disk', path: '/', pool: 'local' } },
    });
    const place = (location: string) => {
      world.held.set(showUrl('instance', { name: 'c9' }), instance(location));
      const other = location === 'server01' ? 'server02' : 'server01';
      world.held.delete(showUrl('storage_volume', { ...volume, server: other }));
      world.held.set(showUrl('storage_volume', { ...volume, server: location }), {
        name: 'c9',
        type: 'container',
        location,
      });
    };
    const stored = () =>
      world.database.rows<{ server: string }>(
        "select server from inventory_objects where kind = 'storage_volume' and name = 'c9'",
      );
    place('server01');
    world.tell('instance-created', 'instances/c9', { context: { type: 'container', 'storage-pool': 'local' } });
    await expect.poll(stored).toEqual([{ server: 'server01' }]);
    place('server02');
    world.tell('instance-migrated', 'instances/c9');
    await expect.poll(stored).toEqual([{ server: 'server02' }]);
    world.held.delete(showUrl('instance', { name: 'c9' }));
    world.held.delete(showUrl('storage_volume', { ...volume, server: 'server02' }));
    world.tell('instance-deleted', 'instances/c9');
    await expect.poll(stored).toEqual([]);
    expect(await world.names('instance')).not.toContain('c9');
  });

  test('a network that goes takes along what stood below it', async () => {
    await world.follow();
    expect(await world.names('network_peer')).toHaveLength(1);
    world.tell('network-deleted', 'networks/ovn0');
    await expect.poll(() => world.names('network_peer')).toEqual([]);
    expect([await world.names('network_load_balancer'), await world.names('network_forward')]).toEqual([
      [],
      ['10.1.0.50 A forward'],
    ]);
    expect(await world.names('network')).toEqual(['incusbr0']);
  });

  test('a network that Incus merely found is not ours to keep', async () => {
    await world.follow();
    world.held.set(showUrl('network', { name: 'eth0' }), { name: 'eth0', managed: false });
    world.tell('network-created', 'networks/eth0');
    await expect.poll(() => world.servers[0]?.seen).toHaveLength(1);
    expect(await world.names('network')).not.toContain('eth0');
  });

  test('a profile that changes has its instances read: their expanded configuration changed', async () => {
    await world.follow();
    world.held.set(showUrl('profile', { name: 'web' }), {
      ...profileOf('web'),
      used_by: ['/1.0/instances/i%201?project=p1', '/1.0/x'],
    });
    const url = showUrl('instance', { name: 'i 1', project_name: 'p1' });
    world.held.set(url, { name: 'i 1', project: 'p1', location: 'server02', type: 'container' });
    world.tell('profile-updated', 'profiles/web');
    await expect.poll(() => world.names('instance')).toContain('i 1');
  });

  test('what cannot be asked for by itself is looked for in the list', async () => {
    await world.follow();
    world.odd.set(showUrl('profile', { name: 'web' }), (response) => answerJson(response, 500, { error: 'broken' }));
    world.held.set(listUrl('profile'), [profileOf('web')]);
    world.tell('profile-created', 'profiles/web');
    await expect.poll(() => world.names('profile')).toEqual(['web']);
    expect(world.servers[0]?.seen.map(({ url }) => url)).toEqual([
      showUrl('profile', { name: 'web' }),
      listUrl('profile'),
    ]);
  });

  test("a member's own state is the servers' matter", async () => {
    await world.follow();
    world.tell('cluster-member-evacuated', 'cluster/members/server03');
    await expect.poll(() => world.polled).toEqual(['server03']);
    expect(world.servers[0]?.seen).toEqual([]);
  });
});
