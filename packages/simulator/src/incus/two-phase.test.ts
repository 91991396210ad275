import { describe, expect, it } from 'vitest';
import type { Asker, Loose } from './testing.ts';
import { formCluster, makeTestWorld } from './testing.ts';

const define = async (ask: Asker, path: string, body: Record<string, unknown>, servers = 3): Promise<void> => {
  for (let server = 1; server <= servers; server++) {
    const answer = await ask(1, 'POST', `${path}?target=server${server}`, body);
    if (answer.status !== 201) throw new Error(answer.error);
  }
};

describe('a pool of a cluster', () => {
  it('is pending on each member, then made everywhere; each member keeps keys of its own', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    await define(ask, '/1.0/storage-pools', { name: 'local', driver: 'zfs', config: { source: 'local/incus' } });
    expect((await ask(1, 'GET', '/1.0/storage-pools/local')).metadata.status).toBe('Pending');
    const made = await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'zfs', description: 'Local' });
    expect([made.status, made.metadata, made.reply.headers.location]).toEqual([201, null, '/1.0/storage-pools/local']);
    expect((await ask(2, 'GET', '/1.0/storage-pools/local')).metadata).toEqual({
      config: {},
      description: 'Local',
      name: 'local',
      driver: 'zfs',
      used_by: [],
      status: 'Created',
      locations: ['server1', 'server2', 'server3'],
    });
    expect((await ask(1, 'GET', '/1.0/storage-pools/local?target=server3')).metadata.config).toEqual({
      source: 'local/incus',
      'volatile.initial_source': 'local/incus',
      'zfs.pool_name': 'local/incus',
    });
    const { member_config } = (await ask(1, 'GET', '/1.0/cluster')).metadata;
    expect(member_config.map((one: Loose) => one.key)).toEqual(['source', 'zfs.pool_name']);
  });

  it('says what is missing, what is there twice, and what belongs to one member', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    const post = async (query: string, more: object = {}): Promise<unknown[]> => {
      const { status, error } = await ask(1, 'POST', `/1.0/storage-pools${query}`, {
        name: 'p',
        driver: 'dir',
        ...more,
      });
      return [status, error];
    };
    expect(await post('?target=server1')).toEqual([201, '']);
    expect(await post('?target=server1')).toEqual([400, 'The storage pool already defined on member "server1"']);
    expect(await post('?target=server2', { driver: 'zfs' })).toEqual([
      500,
      'Storage pool already exists with a different driver',
    ]);
    expect(await post('')).toEqual([500, 'Pool not defined on nodes: server2, server3']);
    await post('?target=server2');
    await post('?target=server3');
    expect(await post('', { config: { source: '/x' } })).toEqual([
      500,
      'Config key "source" is cluster member specific',
    ]);
    expect(await post('', { driver: 'btrfs' })).toEqual([
      500,
      `Requested storage pool driver "btrfs" doesn't match driver in existing database record "dir"`,
    ]);
    expect(await post('')).toEqual([201, '']);
    expect(await post('')).toEqual([500, 'The storage pool is already created']);
    expect(await post('?target=server1')).toEqual([500, 'Storage pool is not in pending state']);
  });

  it('that fails on one member is Errored, and made by the same call without config once the cause is gone', async () => {
    const { ask, members } = await makeTestWorld(3);
    const backup = (await members[2]?.backup()) ?? Buffer.alloc(0);
    const zfs = { name: 'local', driver: 'zfs', config: { source: 'local/incus' } };
    await ask(3, 'POST', '/1.0/storage-pools', zfs);
    await members[2]?.restore(backup);
    await formCluster(ask, 3);
    await define(ask, '/1.0/storage-pools', zfs);
    const failed = await ask(1, 'POST', '/1.0/storage-pools', {
      name: 'local',
      driver: 'zfs',
      config: { 'zfs.export': 'false' },
    });
    expect(failed.error).toMatch(
      /^failed to notify peer 127\.77\.0\.3:8443: Provided ZFS pool \(or dataset\) isn't empty/,
    );
    expect((await ask(1, 'GET', '/1.0/storage-pools/local')).metadata.status).toBe('Errored');
    const states = [1, 2, 3].map((server) => ask(1, 'GET', `/1.0/storage-pools/local?target=server${server}`));
    expect((await Promise.all(states)).map((one) => one.metadata.status)).toEqual(['Created', 'Created', 'Pending']);
    const again = await ask(1, 'POST', '/1.0/storage-pools', {
      name: 'local',
      driver: 'zfs',
      config: { 'zfs.export': 'false' },
    });
    expect(again.error).toBe(
      'Storage pool already partially created. Please do not specify any global config when re-running create',
    );
    members[2]?.factoryReset(members[2].own());
    expect((await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'zfs' })).error).toBe(
      'peer node 127.77.0.3:8443 is down',
    );
  });

  it('is made once when two ask at the same time', async () => {
    const { ask } = await makeTestWorld(1);
    const wish = { name: 'local', driver: 'dir' };
    const both = await Promise.all([
      ask(1, 'POST', '/1.0/storage-pools', wish),
      ask(1, 'POST', '/1.0/storage-pools', wish),
    ]);
    expect(both.map((one) => one.status).sort((a, b) => a - b)).toEqual([201, 409]);
    const nets = await Promise.all([
      ask(1, 'POST', '/1.0/networks', { name: 'n0' }),
      ask(1, 'POST', '/1.0/networks', { name: 'n0' }),
    ]);
    expect(nets.map((one) => one.status).sort((a, b) => a - b)).toEqual([201, 409]);
    expect((await ask(1, 'GET', '/1.0/networks')).metadata).toHaveLength(1);
  });

  it('is not deleted while something is on it', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    await ask(1, 'POST', '/1.0/storage-pools/local/volumes/custom', { name: 'images' });
    expect((await ask(1, 'DELETE', '/1.0/storage-pools/local')).error).toBe('The storage pool is currently in use');
    expect((await ask(1, 'GET', '/1.0/storage-pools/local')).metadata.used_by).toEqual([
      '/1.0/storage-pools/local/volumes/custom/images',
    ]);
  });
});

describe('a network of a cluster', () => {
  it('gets subnets by itself, the same on all members, and keeps its parts apart', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    await define(ask, '/1.0/networks', { name: 'mesh', config: { 'tunnel.mesh.interface': 'eth0' } });
    const config = { 'ipv4.address': 'none', 'tunnel.mesh.id': 1000, 'tunnel.mesh.protocol': 'vxlan' };
    expect((await ask(1, 'POST', '/1.0/networks', { name: 'mesh', config })).status).toBe(201);
    const whole = (await ask(2, 'GET', '/1.0/networks/mesh')).metadata.config;
    expect(whole).toMatchObject({ 'ipv4.address': 'none', 'ipv6.nat': 'true', 'tunnel.mesh.id': '1000' });
    expect(whole['ipv6.address']).toMatch(/^fd42:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+::1\/64$/);
    expect(whole).not.toHaveProperty('tunnel.mesh.interface');
    const part = (await ask(1, 'GET', '/1.0/networks/mesh?target=server2')).metadata.config;
    expect(part).toEqual({ ...whole, 'tunnel.mesh.interface': 'eth0' });
  });

  it('is in use by a profile, and that by nobody', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'POST', '/1.0/networks', { name: 'br0' });
    const devices = { eth0: { type: 'nic', network: 'br0' } };
    await ask(1, 'PUT', '/1.0/profiles/default', { config: {}, description: '', devices });
    expect((await ask(1, 'GET', '/1.0/networks/br0')).metadata.used_by).toEqual(['/1.0/profiles/default']);
    expect((await ask(1, 'DELETE', '/1.0/networks/br0')).error).toBe('The network is currently in use');
  });

  it('lists interfaces of the host only if IncusOS gives them to instances', async () => {
    const interfaces = [
      { name: 'eth0', roles: ['management', 'cluster'], addresses: [], hwaddr: '10:66:6a:00:00:01' },
      { name: 'eth1', roles: ['instances'], addresses: [], hwaddr: '10:66:6a:00:00:02' },
    ];
    const { ask } = await makeTestWorld(1, { interfaces });
    const list = (await ask(1, 'GET', '/1.0/networks?recursion=1')).metadata;
    expect(list.map((row: Loose) => [row.name, row.managed, row.status])).toEqual([['eth1', false, '']]);
  });

  it('of type ovn that cannot be made stays behind as Errored', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    await ask(1, 'POST', '/1.0/networks', { name: 'ov', type: 'ovn' });
    expect((await ask(1, 'GET', '/1.0/networks/ov')).metadata.status).toBe('Errored');
    const again = await ask(1, 'POST', '/1.0/networks', { name: 'ov', type: 'ovn', config: { network: 'none' } });
    expect(again.error).toBe(
      'Network already partially created. Please do not specify any global config when re-running create',
    );
  });
});

describe('volumes and the keys that name them', () => {
  it('are made per member, answer 200 without Location, and are named per member', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    await define(ask, '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    const volumes = '/1.0/storage-pools/local/volumes/custom';
    const made = await ask(1, 'POST', `${volumes}?target=server2`, { name: 'images', description: 'i' });
    expect([made.status, made.metadata, made.reply.headers.location]).toEqual([200, {}, undefined]);
    expect((await ask(1, 'POST', `${volumes}?target=server2`, { name: 'images' })).error).toBe(
      'Volume by that name already exists',
    );
    await ask(1, 'POST', `${volumes}?target=server1`, { name: 'images' });
    expect((await ask(1, 'GET', volumes)).metadata).toEqual([
      `${volumes}/images?target=server2`,
      `${volumes}/images?target=server1`,
    ]);
    expect((await ask(1, 'GET', `${volumes}?target=server2`)).metadata).toEqual([`${volumes}/images?target=server2`]);
    expect((await ask(1, 'GET', '/1.0/storage-pools/local?target=server1')).metadata.used_by).toEqual([
      `${volumes}/images?target=server1`,
    ]);
    expect((await ask(1, 'GET', `${volumes}/images?target=server1`)).metadata.location).toBe('server1');
    expect((await ask(1, 'GET', `${volumes}/images`)).error).toBe(
      'More than one cluster member has a volume named "images". Please target a specific member',
    );
    const key = { config: { 'storage.images_volume': 'local/images' } };
    expect((await ask(1, 'PATCH', '/1.0?target=server2', key)).status).toBe(200);
    expect((await ask(1, 'PATCH', '/1.0?target=server3', key)).error).toContain('Storage volume not found');
    expect((await ask(1, 'GET', `${volumes}/images?target=server2`)).metadata.used_by).toEqual([
      '/1.0?target=server2#storage.images_volume',
    ]);
    expect((await ask(1, 'DELETE', `${volumes}/images?target=server2`)).error).toBe(
      'The storage volume is still in use',
    );
  });

  it('a PUT for one member leaves the keys of all alone; one for all drops what it does not name', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    await ask(1, 'PATCH', '/1.0?target=server2', { config: { 'user.ui.title': 't' } });
    const own = (await ask(1, 'GET', '/1.0?target=server2')).metadata.config;
    expect(own['user.ui.title']).toBe('t');
    const { 'user.ui.title': _title, ...addresses } = own;
    await ask(1, 'PUT', '/1.0?target=server2', { config: addresses });
    expect((await ask(3, 'GET', '/1.0')).metadata.config['user.ui.title']).toBe('t');
    const first = (await ask(1, 'GET', '/1.0')).metadata.config;
    await ask(1, 'PATCH', '/1.0', { config: { 'images.auto_update_interval': '3' } });
    // What it left out of the first look is unset, but for keys that Incus does not know: those need an empty value.
    const { 'user.ui.title': _gone, ...rest } = first;
    await ask(1, 'PUT', '/1.0', { config: rest });
    const left = (await ask(3, 'GET', '/1.0')).metadata.config;
    expect(left).not.toHaveProperty('images.auto_update_interval');
    expect(left).toHaveProperty('user.ui.title', 't');
    await ask(1, 'PUT', '/1.0', { config: { ...rest, 'user.ui.title': '' } });
    expect((await ask(3, 'GET', '/1.0')).metadata.config).not.toHaveProperty('user.ui.title');
  });
});

describe('preseed-item-fails', () => {
  it.each([
    ['/1.0/storage-pools', { name: 'it', driver: 'dir' }],
    ['/1.0/networks', { name: 'it' }],
    ['/1.0/profiles', { name: 'it' }],
    ['/1.0/projects', { name: 'it' }],
    ['/1.0/network-acls', { name: 'it' }],
  ])('%s: only the named item, and nothing is left of it', async (path, body) => {
    const { ask, faults } = await makeTestWorld(1);
    faults.set('preseed-item-fails@server1:it', undefined);
    expect((await ask(1, 'POST', path, body)).status).toBe(500);
    expect((await ask(1, 'POST', path, { ...body, name: 'other' })).status).toBe(201);
    faults.clear();
    expect((await ask(1, 'POST', path, body)).status).toBe(201);
  });
});

describe('item-delete-fails', () => {
  it('keeps the named item only, whole', async () => {
    const { ask, faults } = await makeTestWorld(1);
    for (const name of ['it', 'other']) await ask(1, 'POST', '/1.0/projects', { name });
    faults.set('item-delete-fails@server1:it', undefined);
    expect((await ask(1, 'DELETE', '/1.0/projects/it')).status).toBe(500);
    expect((await ask(1, 'DELETE', '/1.0/projects/other')).status).toBe(200);
    expect((await ask(1, 'GET', '/1.0/projects')).metadata).toEqual(['/1.0/projects/default', '/1.0/projects/it']);
  });
});
