import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { findItem, readItems, readUrls } from '../rows/inventory.store.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { type ApplyResult, applyList, applyObject } from './apply-list.store.ts';
import { type Parent, rowKindOf } from './scanned-kinds.ts';

describeOnDatabases<InventoryTables>('the inventory', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
  });

  type Given = { cluster?: string; parent?: Parent; at?: string };
  const apply = (kind: Parameters<typeof rowKindOf>[0], metadata: string, given: Given = {}): Promise<ApplyResult> =>
    applyList(db, {
      rowKind: rowKindOf(kind),
      cluster: given.cluster ?? 'c1',
      servers: ['s1', 's2'],
      parent: given.parent,
      bytes: Buffer.from(`{"type":"sync","metadata":${metadata}}`),
      last_updated: given.at ?? '2026-01-01T00:00:00Z',
      asked: 1,
    });
  const items = async (filter: Parameters<typeof readItems>[1]): Promise<Record<string, unknown>[]> => {
    const { bytes } = await readItems(db, filter, undefined, 1_000);
    return JSON.parse(`[${Buffer.from(bytes).toString()}]`) as Record<string, unknown>[]; // what was put in above
  };
  const names = async (filter: Parameters<typeof readItems>[1]): Promise<unknown[]> =>
    (await items(filter)).map((item) => item['name']);

  test('an object is kept as it was sent, to the last digit and space', async () => {
    const object = '{ "name":"p\\u00e9",  "project":"blue","config":{"z":"1","a":"\\u0000"},"n":12345678901234567890 }';
    expect(await apply('profile', `[${object}]`)).toMatchObject({ added: 1, problems: [] });
    const [uuid] = (await items({ kind: 'profile' })).map((item) => item['uuid']);
    expect(await findItem(db, 'profile', String(uuid))).toBe(
      `{"uuid":"${String(uuid)}","cluster":"c1","project_name":"blue","name":"pé","object":${object},"last_updated":"2026-01-01T00:00:00Z"}`,
    );
  });

  test('what did not change is not written again, what did is, what is gone goes', async () => {
    await apply('profile', '[{"name":"a","config":{"x":"1","y":"2"}},{"name":"b"},{"name":"c"}]');
    const result = await apply(
      'profile',
      '[{"config":{"y":"2","x":"1"},"name":"a"},{"name":"b","used_by":[]},{"name":"d"}]',
      {
        at: '2026-01-02T00:00:00Z',
      },
    );
    expect(result).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 1, problems: [] });
    const stamps = (await items({ kind: 'profile' })).map((item) => [
      item['name'],
      String(item['last_updated']).slice(0, 10),
    ]);
    expect(stamps).toEqual([
      ['a', '2026-01-01'],
      ['b', '2026-01-02'],
      ['d', '2026-01-02'],
    ]);
  });

  test('a list concerns its own cluster, kind and parent only', async () => {
    const ovn0 = { name: 'ovn0', project_name: 'default', type: 'ovn' };
    const forward = '[{"listen_address":"10.0.0.1"}]';
    await apply('network_forward', forward, { parent: ovn0 });
    await apply('network_forward', forward, { parent: { ...ovn0, name: 'ovn1' } });
    await apply('network_forward', forward, { parent: { ...ovn0, project_name: 'blue' } });
    await apply('network_forward', forward, { parent: ovn0, cluster: 'c2' });
    await apply('profile', '[{"name":"10.0.0.1"}]');
    expect(await apply('network_forward', '[]', { parent: ovn0 })).toMatchObject({ removed: 1 });
    expect(
      (await items({ kind: 'network_forward' })).map((item) => [
        item['cluster'],
        item['parent_name'],
        item['project_name'],
      ]),
    ).toEqual([
      ['c1', 'ovn1', 'default'],
      ['c1', 'ovn0', 'blue'],
      ['c2', 'ovn0', 'default'],
    ]);
    expect(await names({ kind: 'profile' })).toEqual(['10.0.0.1']);
  });

  test('bad objects are left out and told, the others are written', async () => {
    const odd = [
      '{"name":"ok"}',
      '{"name":""}',
      '7',
      '{"name":7}',
      '{"x":}',
      '{"name":"a\\u0000b"}',
      '{"name":"\\ud800"}',
      '{"name":"ok"}',
    ];
    const result = await apply('profile', `[${odd.join(',')}]`);
    expect(result.added).toBe(1);
    expect(result.problems).toEqual([
      'an object has no usable name',
      'an entry is no object',
      'an object has no usable name',
      'an object is broken JSON',
      'an object has no usable name',
      'and 2 more like these',
    ]);
  });

  test('while an object cannot be used nothing is removed: it may be any of those that seem to be gone', async () => {
    await apply('profile', '[{"name":"a"},{"name":"b"},{"name":"c"}]');
    const lacking = await apply('profile', '[{"name":"a"},{"description":"b"}]');
    expect(lacking).toMatchObject({ added: 0, removed: 0, unchanged: 1, unusable: 1 });
    expect(await names({ kind: 'profile' })).toEqual(['a', 'b', 'c']);
    expect(await apply('profile', '[{"name":"a"},{"name":"c"}]')).toMatchObject({ removed: 1, unusable: 0 });
  });

  test('an object beyond all measure is left out; of two of one name the first counts', async () => {
    const large = `{"name":"large","description":"${'x'.repeat(16 * 1024 * 1024)}"}`;
    const result = await apply('profile', `[${large},{"name":"two","n":1},{"name":"two","n":2}]`);
    expect(result.problems).toEqual([
      'an object is larger than 16777216 bytes',
      'two: there are two objects with this identity',
    ]);
    expect(await items({ kind: 'profile' })).toMatchObject([{ name: 'two', object: { n: 1 } }]);
  });

  test('an instance needs a location; one on an unknown server is kept and told', async () => {
    const result = await apply('instance', '[{"name":"a","location":"s1"},{"name":"b"},{"name":"c","location":"s9"}]');
    expect(result.problems).toEqual(['b: it has no location', 'c: it is on "s9", which is no member of the cluster']);
    expect(await names({ kind: 'instance' })).toEqual(['a', 'c']);
    expect(await names({ kind: 'instance', server: 's9' })).toEqual(['c']);
  });

  test('an instance that moved keeps its UUID and shows its new server', async () => {
    await apply('instance', '[{"name":"a","location":"s1"}]');
    const [before] = await items({ kind: 'instance' });
    expect(await apply('instance', '[{"name":"a","location":"s2"}]')).toMatchObject({
      changed: 1,
      added: 0,
      removed: 0,
    });
    const [after] = await items({ kind: 'instance' });
    expect(after).toMatchObject({ uuid: before?.['uuid'], server: 's2' });
  });

  test('unmanaged networks are left out; the others are the parents of what is below', async () => {
    const result = await apply(
      'network',
      '[{"name":"eth0","managed":false,"type":"physical"},{"name":"br0","managed":true,"type":"bridge","project":"p"}]',
    );
    expect(result.parents).toEqual([{ name: 'br0', project_name: 'p', type: 'bridge' }]);
    expect(await names({ kind: 'network' })).toEqual(['br0']);
  });

  test('pages follow OC’s order, cluster, server, name; each object once; and URLs the order of first sight', async () => {
    const local = { name: 'local', project_name: '', type: 'zfs' };
    const volume = (name: string, location: string, type = 'custom') =>
      JSON.stringify({ name, location, type, project: 'default' });
    await apply(
      'storage_volume',
      `[${volume('b', 's2')},${volume('a', 's2')},${volume('a', 's1')},${volume('a', 's1', 'image')},${volume('z', '')}]`,
      { parent: local, cluster: 'c2' },
    );
    await apply('storage_volume', `[${volume('q', 's1')}]`, { parent: local });
    for (const filter of [{ kind: 'storage_volume' }, { kind: 'storage_volume', cluster: 'c2' }] as const) {
      const seen: unknown[] = [];
      let page = await readItems(db, filter, undefined, 2);
      for (;;) {
        const some = JSON.parse(`[${Buffer.from(page.bytes).toString()}]`);
        for (const item of some) seen.push(`${item.cluster} ${item.server} ${item.name} ${item.type}`);
        expect(some.length).toBeLessThanOrEqual(2);
        if (page.next === undefined) break;
        page = await readItems(db, filter, page.next, 2);
      }
      const c2 = ['c2  z custom', 'c2 s1 a custom', 'c2 s1 a image', 'c2 s2 a custom', 'c2 s2 b custom'];
      expect(seen).toEqual('cluster' in filter ? c2 : ['c1 s1 q custom', ...c2]);
    }
    const all = await items({ kind: 'storage_volume' });
    const uuidAt = (at: number) => String(all[at]?.['uuid']);
    const first = await readUrls(db, { kind: 'storage_volume' }, '/u', undefined, 4);
    const second = await readUrls(db, { kind: 'storage_volume' }, '/u', first.next, 4);
    const urls = JSON.parse(`[${Buffer.from(first.bytes).toString()},${Buffer.from(second.bytes).toString()}]`);
    expect(second.next).toBeUndefined();
    expect(urls).toEqual([5, 4, 2, 3, 1, 0].map((at) => `/u/${uuidAt(at)}`));
  });

  test('a renamed cluster has new UUIDs at once, and what stood under that name is gone', async () => {
    await apply('storage_pool', '[{"name":"local"}]', { cluster: 'old' });
    await apply('storage_pool', '[{"name":"left-over"}]', { cluster: 'c1' });
    const work = makeInventoryWork(db);
    expect(
      await work.renameCluster({
        from: 'old',
        to: 'c1',
        kinds: [rowKindOf('storage_pool')],
        at: '2026-01-02T00:00:00Z',
      }),
    ).toBe(1);
    expect(await items({ kind: 'storage_pool' })).toMatchObject([
      { uuid: '8a8d4c66-3ed9-54d4-b240-ccca20ab0ac1', cluster: 'c1', name: 'local' },
    ]);
    expect(await apply('storage_pool', '[{"name":"local"}]')).toMatchObject({ unchanged: 1, added: 0 });
  });

  test('a removed cluster takes its rows along, and no others', async () => {
    await apply('project', '[{"name":"a"}]');
    await apply('project', '[{"name":"b"}]', { cluster: 'c2' });
    expect(await makeInventoryWork(db).removeCluster({ cluster: 'c1', at: '2026-01-02T00:00:00Z' })).toBe(1);
    expect(await names({ kind: 'project' })).toEqual(['b']);
  });

  test('one object is brought up to date; one whose identity changed replaces its old row', async () => {
    const local = { name: 'local', project_name: 'default', type: '' };
    await apply('storage_volume', '[{"name":"v","location":"s1","type":"custom"}]', { parent: local });
    const [before] = await items({ kind: 'storage_volume' });
    await applyObject(db, {
      rowKind: rowKindOf('storage_volume'),
      cluster: 'c1',
      servers: [],
      parent: local,
      bytes: Buffer.from('{"metadata":{"name":"v","location":"s2","type":"custom"}}'),
      last_updated: '2026-01-03T00:00:00Z',
      asked: 2,
      uuid: String(before?.['uuid']),
    });
    const after = await items({ kind: 'storage_volume' });
    expect(after).toMatchObject([{ server: 's2', last_updated: '2026-01-03T00:00:00Z' }]);
    expect(after[0]?.['uuid']).not.toBe(before?.['uuid']);
  });

  test('more than one transaction of rows arrives whole, and leaves whole', async () => {
    const many = Array.from({ length: 1_201 }, (_, at) => `{"name":"p${at}"}`);
    expect(await apply('profile', `[${many.join(',')}]`)).toMatchObject({ added: 1_201 });
    expect(await apply('profile', `[${many.slice(0, 1).join(',')}]`)).toMatchObject({ removed: 1_200, unchanged: 1 });
  });
});
