import { describe, expect, it } from 'vitest';
import type { Loose } from './testing.ts';
import { finish, formCluster, makeTestWorld } from './testing.ts';

const withOvn = { services: () => ['ovn'] };

/** Each kind: what makes one, and what real Incus shows of it in a list with recursion. */
const KINDS: [path: string, body: Record<string, unknown>, shown: Record<string, unknown>][] = [
  [
    '/1.0/network-acls',
    { name: 'web', description: 'x' },
    { name: 'web', description: 'x', egress: [], ingress: [], config: {}, used_by: [], project: 'default' },
  ],
  [
    '/1.0/network-address-sets',
    { name: 'as1', addresses: ['10.0.0.1'] },
    { addresses: ['10.0.0.1'], description: '', name: 'as1', used_by: [], project: 'default' },
  ],
  [
    '/1.0/network-zones',
    { name: 'lab.example' },
    { description: '', config: {}, name: 'lab.example', used_by: [], project: 'default' },
  ],
  [
    '/1.0/network-integrations',
    { name: 'i1', type: 'ovn', config: { 'ovn.northbound_connection': 'tcp:1.2.3.4:1' } },
    { description: '', config: { 'ovn.northbound_connection': 'tcp:1.2.3.4:1' }, name: 'i1', type: 'ovn', used_by: [] },
  ],
  [
    '/1.0/networks/br0/forwards',
    { listen_address: '10.55.0.9' },
    { description: '', config: {}, ports: [], listen_address: '10.55.0.9', location: 'none' },
  ],
  [
    '/1.0/networks/ov0/load-balancers',
    { listen_address: '10.56.0.9' },
    { description: '', config: {}, backends: [], ports: [], listen_address: '10.56.0.9', location: '' },
  ],
  [
    '/1.0/networks/ov0/peers',
    { name: 'p1', target_network: 'ov1' },
    {
      name: 'p1',
      description: '',
      config: {},
      target_project: '',
      target_network: 'ov1',
      status: 'Pending',
      used_by: [],
      type: 'local',
    },
  ],
];

describe('every kind of an inventory', () => {
  it.each(KINDS)('%s: made, listed, shown, changed, deleted', async (path, body, shown) => {
    const { ask } = await makeTestWorld(1, withOvn);
    await ask(1, 'POST', '/1.0/networks', { name: 'br0', config: { 'ipv4.address': '10.55.0.1/24' } });
    await ask(1, 'POST', '/1.0/networks', { name: 'ov0', type: 'ovn', config: { network: 'none' } });
    const made = await ask(1, 'POST', path, body);
    expect(made.status).toBe(201);
    const url = made.reply.headers.location ?? '';
    expect((await ask(1, 'GET', path)).metadata).toEqual([url]);
    expect((await ask(1, 'GET', `${path}?recursion=1`)).metadata).toEqual([shown]);
    expect((await ask(1, 'GET', url)).metadata).toEqual(shown);
    expect((await ask(1, 'POST', path, body)).status).toBeGreaterThanOrEqual(400);
    expect((await ask(1, 'PATCH', url, { description: 'new' })).status).toBe(200);
    expect((await ask(1, 'GET', url)).metadata).toEqual({ ...shown, description: 'new' });
    expect((await ask(1, 'DELETE', url)).status).toBe(200);
    expect((await ask(1, 'GET', url)).status).toBe(404);
  });

  it.each([
    ['forwards', 'macvlan', 'forwards'],
    ['load-balancers', 'bridge', 'load balancers'],
    ['peers', 'bridge', 'peering'],
  ])('%s are not for %s', async (path, type, what) => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'POST', '/1.0/networks', { name: 'n0', type, config: type === 'macvlan' ? { parent: 'eth0' } : {} });
    const answer = await ask(1, 'GET', `/1.0/networks/n0/${path}`);
    expect([answer.status, answer.error]).toEqual([400, `Network driver "${type}" does not support ${what}`]);
  });

  it('a bucket comes with an administrator key', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    const made = await ask(1, 'POST', '/1.0/storage-pools/local/buckets', { name: 'buck1' });
    expect([made.status, made.metadata.name, made.metadata.role]).toEqual([201, 'admin', 'admin']);
    const [bucket] = (await ask(1, 'GET', '/1.0/storage-pools/local/buckets?recursion=2&all-projects=true')).metadata;
    expect(bucket).toMatchObject({
      name: 'buck1',
      location: 'none',
      project: 'default',
      backups: [],
      keys: [{ name: 'admin' }],
    });
    expect((await ask(1, 'POST', '/1.0/storage-pools/local/buckets', { name: 'b1' })).error).toMatch(
      /^Failed creating storage bucket: /,
    );
  });

  it('an image and its alias', async () => {
    const { ask } = await makeTestWorld(1);
    const made = await finish(
      ask,
      1,
      await ask(1, 'POST', '/1.0/images', { source: { type: 'image', alias: 'debian/13', server: 'x' } }),
    );
    const { fingerprint } = made.metadata;
    await ask(1, 'POST', '/1.0/images/aliases', { name: 'debian', target: fingerprint });
    const [image] = (await ask(1, 'GET', '/1.0/images?recursion=1&all-projects=true')).metadata;
    expect(image).toMatchObject({
      fingerprint,
      aliases: [{ name: 'debian', description: '' }],
      project: 'default',
      type: 'container',
    });
    await finish(ask, 1, await ask(1, 'DELETE', `/1.0/images/${fingerprint}`));
    expect((await ask(1, 'GET', '/1.0/images')).metadata).toEqual([]);
  });
});

describe('instances', () => {
  it('need a root disk, get a volume, and stand in the way of what they use', async () => {
    const { ask } = await makeTestWorld(1);
    const wish = { name: 'c1', source: { type: 'none' } };
    const failed = await finish(ask, 1, await ask(1, 'POST', '/1.0/instances', wish));
    expect(failed.err).toBe(
      'Failed creating instance record: Failed initializing instance: Failed getting root disk: No root device could be found',
    );
    await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    const devices = { root: { type: 'disk', path: '/', pool: 'local' } };
    await ask(1, 'PUT', '/1.0/profiles/default', { devices });
    expect((await finish(ask, 1, await ask(1, 'POST', '/1.0/instances', wish))).status).toBe('Success');
    const [instance] = (await ask(1, 'GET', '/1.0/instances?recursion=2&all-projects=true')).metadata;
    expect(instance).toMatchObject({
      name: 'c1',
      status: 'Stopped',
      expanded_devices: devices,
      state: { status: 'Stopped' },
      snapshots: [],
    });
    const volumes = (await ask(1, 'GET', '/1.0/storage-pools/local/volumes?recursion=1')).metadata;
    expect(volumes.map((row: Loose) => [row.type, row.name, row.used_by])).toEqual([
      ['container', 'c1', ['/1.0/instances/c1']],
    ]);
    expect((await ask(1, 'GET', '/1.0/storage-pools/local')).metadata.used_by).toEqual([
      '/1.0/instances/c1',
      '/1.0/profiles/default',
    ]);
    await finish(ask, 1, await ask(1, 'PUT', '/1.0/instances/c1/state', { action: 'start' }));
    expect((await ask(1, 'DELETE', '/1.0/instances/c1')).error).toBe('Instance is running');
    await finish(ask, 1, await ask(1, 'PUT', '/1.0/instances/c1/state', { action: 'stop' }));
    await finish(ask, 1, await ask(1, 'DELETE', '/1.0/instances/c1'));
    expect((await ask(1, 'GET', '/1.0/storage-pools/local/volumes')).metadata).toEqual([]);
  });
});

describe('lists', () => {
  it('are in the order Incus gives them', async () => {
    const { ask } = await makeTestWorld(1);
    for (const name of ['zz', 'aa']) {
      await ask(1, 'POST', '/1.0/projects', { name });
      await ask(1, 'POST', '/1.0/profiles', { name });
      await ask(1, 'POST', '/1.0/network-acls', { name });
      await ask(1, 'POST', '/1.0/storage-pools', { name, driver: 'dir' });
    }
    const names = async (path: string): Promise<string[]> =>
      (await ask(1, 'GET', path)).metadata.map((url: string) => url.split('/').at(-1));
    expect(await names('/1.0/projects')).toEqual(['aa', 'default', 'zz']);
    expect(await names('/1.0/profiles?all-projects=true')).toEqual([
      'aa',
      'default',
      'zz',
      'default?project=zz',
      'default?project=aa',
    ]);
    expect(await names('/1.0/network-acls')).toEqual(['zz', 'aa']);
    expect(await names('/1.0/storage-pools')).toEqual(['aa', 'zz']);
  });

  it('show a project without the feature the objects of the default one', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'POST', '/1.0/networks', { name: 'br0' });
    await ask(1, 'POST', '/1.0/projects', { name: 'web', config: { 'features.profiles': 'false' } });
    expect((await ask(1, 'GET', '/1.0/networks?project=web')).metadata).toEqual(['/1.0/networks/br0']);
    expect((await ask(1, 'GET', '/1.0/profiles?project=web')).metadata).toEqual(['/1.0/profiles/default']);
  });
});

describe('what an inventory of a cluster finds', () => {
  it('says of each object where it is', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    for (const target of ['?target=server1', '?target=server2', '?target=server3', '']) {
      await ask(1, 'POST', `/1.0/storage-pools${target}`, { name: 'local', driver: 'dir' });
    }
    const devices = { root: { type: 'disk', path: '/', pool: 'local' } };
    await ask(1, 'PUT', '/1.0/profiles/default', { devices });
    const made = await ask(1, 'POST', '/1.0/instances?target=server2', { name: 'c1', source: { type: 'none' } });
    expect((await finish(ask, 1, made)).location).toBe('server2');
    expect((await ask(3, 'GET', '/1.0/instances/c1')).metadata.location).toBe('server2');
    expect((await ask(1, 'DELETE', '/1.0/cluster/members/server2')).error).toBe(
      'Node still has the following instances: c1',
    );
  });

  it('documents the scope of every key that Operations Center asks for', async () => {
    const { ask } = await makeTestWorld(1);
    const { configs } = (await ask(1, 'GET', '/1.0/metadata/configuration')).metadata;
    const local = (entity: string): string[] =>
      Object.values<Loose>(configs[entity])
        .flatMap((group) => group.keys)
        .flatMap((key: Loose) => Object.entries<Loose>(key))
        .filter(([, facts]) => facts.scope === 'local')
        .map(([name]) => name);
    expect(local('storage_zfs')).toEqual(['size', 'source', 'source.wipe', 'zfs.pool_name']);
    expect(local('network_macvlan')).toEqual(['parent']);
    expect(local('server')).toContain('cluster.https_address');
    expect(local('server')).not.toContain('user.ui.title');
  });
});
