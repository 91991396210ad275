import { describe, expect, it } from 'vitest';
import type { Loose } from '../testing.ts';
import { finish, formFullCluster, makeTestWorld } from '../testing.ts';
import { TRUE_KINDS } from '../truth.ts';

const CONTENT = { seed: 'grow', instancesPerServer: 100, projects: 2 };
const fullWorld = async (content = CONTENT) => {
  const world = await makeTestWorld(3, {}, content);
  await formFullCluster(world.ask, 3);
  return world;
};
const ALL = 'all-projects=true&recursion=2';

describe('the content of a cluster', () => {
  it('is not there before somebody looks at all of it, nor on a server that stands alone', async () => {
    const { ask } = await makeTestWorld(1, {}, CONTENT);
    expect((await ask(1, 'GET', `/1.0/instances?${ALL}`)).metadata).toEqual([]);
    const full = await fullWorld();
    expect((await full.ask(1, 'GET', '/1.0/instances')).metadata).toEqual([]);
    expect((await full.ask(2, 'GET', `/1.0/instances?${ALL}`)).metadata).toHaveLength(300);
  });

  it('has something of every kind, in proportion', async () => {
    const { members } = await fullWorld();
    members[0]?.grow(CONTENT);
    const counts = Object.groupBy((await members[0]?.truth(TRUE_KINDS)) ?? [], ({ kind }) => kind);
    const found = Object.fromEntries(Object.entries(counts).map(([kind, list]) => [kind, list?.length]));
    expect(found).toEqual({
      network: 3,
      storage_pool: 1,
      certificate: 4,
      project: 3,
      profile: 12,
      image: 4,
      instance: 300,
      network_acl: 12,
      network_address_set: 6,
      network_integration: 1,
      network_zone: 3,
      network_forward: 6,
      network_load_balancer: 6,
      network_peer: 2,
      storage_bucket: 6,
      storage_volume: 375,
      cluster_group: 1,
    });
    expect(() => members[0]?.grow(CONTENT)).toThrow('it has grown already');
  });

  it('is the same for the same seed, and another for another', async () => {
    const truth = async (seed: string) => {
      const { ask, members } = await fullWorld({ ...CONTENT, seed });
      await ask(1, 'GET', `/1.0/instances?${ALL}`);
      return members[1]?.truth(['instance', 'storage_volume', 'storage_bucket']);
    };
    const [one, again, other] = [await truth('a'), await truth('a'), await truth('b')];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('says of each instance where it is, who it is, and what it has', async () => {
    const { ask } = await fullWorld();
    const list: Loose[] = (await ask(1, 'GET', `/1.0/instances?${ALL}`)).metadata;
    const distinct = (of: (one: Loose) => unknown) => new Set(list.map(of)).size;
    expect(distinct((one) => one.config['volatile.uuid'])).toBe(300);
    expect(distinct((one) => one.config['volatile.eth0.hwaddr'])).toBe(300);
    expect(Object.groupBy(list, ({ location }) => location)).toMatchObject({
      server1: { length: 100 },
      server2: { length: 100 },
      server3: { length: 100 },
    });
    expect(distinct((one) => one.project)).toBe(3);
    const running = list.find(({ status, name }) => status === 'Running' && name.endsWith('7'));
    expect(running).toMatchObject({
      expanded_devices: { root: { pool: 'local' }, eth0: { network: 'net-1' } },
      state: { network: { eth0: { hwaddr: running.config['volatile.eth0.hwaddr'] } }, status: 'Running' },
    });
    const addresses = list.flatMap(({ state }) => state.network?.eth0.addresses[0].address ?? []);
    expect([new Set(addresses).size, addresses[0]]).toEqual([addresses.length, expect.stringMatching(/^10\.200\./)]);
    expect(list.some(({ snapshots }) => snapshots.length === 3)).toBe(true);
  });

  it('is one and the same in a list, alone, in what uses it, and in its volume', async () => {
    const { ask } = await fullWorld();
    const list: Loose[] = (await ask(1, 'GET', `/1.0/instances?${ALL}`)).metadata;
    const [first] = list;
    const url = `/1.0/instances/${first.name}?project=${first.project}`;
    expect((await ask(2, 'GET', `${url}&recursion=1`)).metadata).toEqual(first);
    const shown = first.project === 'default' ? `/1.0/instances/${first.name}` : url;
    const network = (await ask(1, 'GET', '/1.0/networks/net-1')).metadata;
    expect(network.used_by.filter((one: string) => one.startsWith('/1.0/instances/'))).toHaveLength(300);
    expect(network.used_by).toContain(shown);
    const volume = `/1.0/storage-pools/local/volumes/${first.type}/${first.name}?project=${first.project}`;
    expect((await ask(1, 'GET', volume)).metadata).toMatchObject({ location: first.location, used_by: [shown] });
  });

  it('changes like anything else, and its volume goes along', async () => {
    const { ask } = await fullWorld();
    const list: Loose[] = (await ask(1, 'GET', `/1.0/instances?${ALL}`)).metadata;
    const one = list.find(({ status, location }) => status === 'Stopped' && location === 'server1');
    const at = `?project=${one.project}`;
    await ask(1, 'PATCH', `/1.0/instances/${one.name}${at}`, { description: 'mine' });
    await finish(ask, 1, await ask(1, 'POST', `/1.0/instances/${one.name}${at}`, { name: 'other' }));
    await finish(ask, 1, await ask(1, 'POST', `/1.0/instances/other${at}&target=server3`, { migration: true }));
    const after = (await ask(1, 'GET', `/1.0/instances/other${at}`)).metadata;
    expect(after).toMatchObject({ description: 'mine', location: 'server3', config: one.config });
    const volume = (name: string) => ask(1, 'GET', `/1.0/storage-pools/local/volumes/${one.type}/${name}${at}`);
    expect((await volume('other')).metadata.location).toBe('server3');
    expect((await volume(one.name)).status).toBe(404);
    await finish(ask, 1, await ask(1, 'DELETE', `/1.0/instances/other${at}`));
    expect((await volume('other')).status).toBe(404);
  });
});

describe('a long list', () => {
  it('is written in pieces and reads as if it were not', async () => {
    const { ask, members, administrator } = await fullWorld({ ...CONTENT, instancesPerServer: 400 });
    await ask(1, 'GET', `/1.0/projects?all-projects=true`);
    const reply = await members[0]?.handle({
      method: 'GET',
      path: '/1.0/instances',
      query: new URLSearchParams(ALL),
      headers: {},
      body: Buffer.alloc(0),
      clientFingerprint: administrator.fingerprint,
      clientCertificatePem: undefined,
      signal: new AbortController().signal,
    });
    const pieces: Buffer[] = [];
    for await (const piece of reply?.pieces ?? []) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(10);
    const { metadata, ...rest } = JSON.parse(Buffer.concat(pieces).toString());
    expect(rest).toMatchObject({ type: 'sync', status_code: 200, error: '' });
    expect(metadata).toHaveLength(1_200);
  });
});
