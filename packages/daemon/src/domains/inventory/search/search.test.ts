import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { microseconds } from '../history/microseconds.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { countFacets, searchObjects } from './search.store.ts';
import { askedWords, wordsOf } from './words.ts';

const minute = (n: number): string => `2026-01-01T00:0${n}:00Z`;

describeOnDatabases<InventoryTables>('a search', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  let asked = 0;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
  });
  const apply = (kind: 'instance' | 'profile' | 'network', cluster: string, objects: object[], at = minute(1)) =>
    applyList(db, {
      rowKind: rowKindOf(kind),
      ...{ cluster, servers: ['s1'], parent: undefined, last_updated: at, asked: ++asked },
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const find = async (text: string, more: object = {}): Promise<string[]> => {
    const { found } = await searchObjects(db, { words: askedWords(text), limit: 10, ...more });
    return found.map(({ kind, cluster, name }) => `${kind} ${cluster}/${name}`);
  };
  const vm = (name: string, more: object = {}) => ({
    name,
    location: 's1',
    status: 'Running',
    project: 'default',
    ...more,
  });
  const addresses = (...all: string[]) => ({
    state: { network: { eth0: { hwaddr: '00:16:3e:aa:bb:cc', addresses: all.map((address) => ({ address })) } } },
  });

  test('who has this address: an instance, a device, a network with a mask; the beginning of one is enough', async () => {
    await apply('instance', 'c1', [
      vm('web', addresses('10.0.0.5', 'fd42::5')),
      vm('db', { devices: { eth0: { 'ipv4.address': '10.0.0.55', hwaddr: '00:16:3E:00:00:01' } } }),
    ]);
    await apply('network', 'c2', [{ name: 'lan', managed: true, config: { 'ipv4.address': '10.0.0.1/24' } }]);
    expect(await find('10.0.0.5')).toEqual(['instance c1/web', 'instance c1/db']);
    expect(await find('10.0.0.1')).toEqual(['network c2/lan']);
    expect(await find('10.0.0.1/24')).toEqual(['network c2/lan']);
    expect(await find('10.0.0')).toHaveLength(3);
    expect(await find('0.0.5')).toEqual([]);
    expect(await find('FD42::5')).toEqual(['instance c1/web']);
    expect(await find('00:16:3e:00')).toEqual(['instance c1/db']);
    const { found } = await searchObjects(db, { words: ['10.0.0.5'], limit: 1 });
    expect(found[0]?.matches).toEqual([{ path: 'state.network.eth0.addresses[0].address', value: '10.0.0.5' }]);
  });

  test('its name comes first, and every word must fit', async () => {
    await apply('profile', 'c1', [
      { name: 'other', description: 'for web servers of the shop' },
      { name: 'web-2', description: '' },
      { name: 'web', description: 'all of them' },
    ]);
    expect(await find('web')).toEqual(['profile c1/web', 'profile c1/web-2', 'profile c1/other']);
    expect(await find('shop web')).toEqual(['profile c1/other']);
    expect(await find('web nothing')).toEqual([]);
    expect(await find('web', { limit: 1 })).toEqual(['profile c1/web']);
    expect(await searchObjects(db, { words: ['web'], limit: 1 })).toMatchObject({ more: true });
  });

  test('only of a kind, a cluster, a project', async () => {
    await apply('profile', 'c1', [
      { name: 'same', project: 'p1' },
      { name: 'same', project: 'p2' },
    ]);
    await apply('profile', 'c2', [{ name: 'same', project: 'p1' }]);
    await apply('instance', 'c1', [vm('same')]);
    expect(await find('same')).toHaveLength(4);
    expect(await find('same', { kind: 'instance' })).toEqual(['instance c1/same']);
    expect(await find('same', { cluster: 'c2' })).toEqual(['profile c2/same']);
    expect(await find('same', { cluster: 'c1', project: 'p2' })).toEqual(['profile c1/same']);
  });

  test('what changes is found by its new words and not by its old ones; what is gone is not found, but as of then', async () => {
    await apply('instance', 'c1', [vm('a', addresses('10.0.0.5'))], minute(1));
    await apply('instance', 'c1', [vm('a', addresses('10.0.0.6'))], minute(2));
    expect([await find('10.0.0.5'), await find('10.0.0.6')]).toEqual([[], ['instance c1/a']]);
    await apply('instance', 'c1', [vm('a', { ...addresses('10.0.0.7'), description: 'new' })], minute(3));
    await makeInventoryWork(db).renameCluster({ from: 'c1', to: 'c9', kinds: [rowKindOf('instance')], at: minute(4) });
    expect(await find('10.0.0.7')).toEqual(['instance c9/a']);
    await apply('instance', 'c9', [], minute(5));
    expect(await find('10.0.0.7')).toEqual([]);
    expect(await find('10.0.0.7', { as_of: microseconds(minute(4)) })).toEqual(['instance c9/a']);
    expect(await find('10.0.0.6', { as_of: microseconds(minute(2)) + 1 })).toEqual(['instance c1/a']);
    expect(await find('0.0.6', { as_of: microseconds(minute(2)) + 1 })).toEqual([]);
  });

  test('no words of anybody are words of the database', async () => {
    await apply('profile', 'c1', [
      { name: `it's "a" * 'b':* & c`, description: `AND OR NOT NEAR(x y) col:web -x ^y {z} %_!` },
    ]);
    for (const text of [
      `"`,
      `'`,
      `a" OR "x`,
      `x'y`,
      `web:*`,
      `^web`,
      `a AND`,
      'NEAR(',
      '-x',
      ':*',
      '%',
      '_',
      '!',
      '\\',
      'é',
      '日本',
    ])
      for (const as_of of [undefined, microseconds(minute(2))]) {
        const words = askedWords(text);
        if (words.length > 0) await searchObjects(db, { words, limit: 10, as_of });
      }
    expect(await find(`near col:web`)).toEqual([`profile c1/it's "a" * 'b':* & c`]);
  });

  test('objects are counted by kind, cluster, project and status', async () => {
    await apply('instance', 'c1', [vm('a'), vm('b', { status: 'Stopped' }), vm('c', { project: 'p2' })]);
    await apply('profile', 'c2', [{ name: 'p', project: 'default' }]);
    expect(await countFacets(db, {})).toEqual({
      kinds: [
        { value: 'instance', count: 3 },
        { value: 'profile', count: 1 },
      ],
      clusters: [
        { value: 'c1', count: 3 },
        { value: 'c2', count: 1 },
      ],
      projects: [
        { value: 'default', count: 3 },
        { value: 'p2', count: 1 },
      ],
      statuses: [
        { value: 'Running', count: 2 },
        { value: 'Stopped', count: 1 },
      ],
    });
    expect((await countFacets(db, { cluster: 'c1', project: 'p2' })).kinds).toEqual([{ value: 'instance', count: 1 }]);
  });
});

test('no secret is a word, nor what a machine notes for itself', () => {
  const words = wordsOf('web', {
    description: 'Shop',
    config: {
      'cloud-init.user-data': 'hidden1',
      'environment.TOKEN': 'hidden2',
      'user.password': 'hidden3',
      'volatile.last_state.idmap': 'hidden4',
      'volatile.eth0.hwaddr': '00:16:3e:aa:bb:cc',
      'user.owner': 'Anna@shop.example',
    },
    expanded_config: { 'user.x': 'hidden5' },
    used_by: ['/1.0/hidden6'],
    state: { status: 'hidden7', network: { eth0: { addresses: [{ address: '10.0.0.5', family: 'hidden8' }] } } },
    keys: [{ 'secret-key': 'hidden9', name: 'admin' }],
  });
  expect(words).not.toContain('hidden');
  expect(words.split(' ').sort()).toEqual(
    ['00:16:3e:aa:bb:cc', '10.0.0.5', 'admin', 'anna', 'anna@shop.example', 'example', 'shop', 'web'].sort(),
  );
});

test('a huge object has a bounded number of words', () => {
  const config = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`user.k${n}`, `value${n} other${n}`]));
  expect(wordsOf('big', { config }).split(' ')).toHaveLength(200);
  expect(wordsOf('big', { description: 'x'.repeat(1_000_000) })).toBe('big');
});
