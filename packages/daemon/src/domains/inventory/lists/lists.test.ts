import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../platform/clock.ts';
import { readFilter } from '../../../platform/list-filter.ts';
import { testVault } from '../../../testing/test-database.ts';
import { itemFieldsOf } from '../filters/item-fields.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { readProjection, readSort } from './list-words.rules.ts';
import { type ListService, type ListWish, makeListService } from './lists.service.ts';

type Item = {
  uuid: string;
  project_name: string;
  parent_name?: string;
  cluster: string;
  server: string;
  name: string;
  object: { status: string; size: number };
};

const signal = AbortSignal.timeout(60_000);

describeOnDatabases<InventoryTables>('pages of a list', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  let lists: ListService;
  let asked = 0;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
    const history = { readTime: () => Promise.reject(new Error('nobody asks how it was')) };
    lists = makeListService({
      database: db,
      pages: makeInventoryWork(db),
      history,
      isCompiled: () => true,
      clock: systemClock,
    });
  });

  const statuses = ['Running', 'Stopped', 'Error'];
  const instances = (cluster: string, count: number): object[] =>
    Array.from({ length: count }, (_, n) => ({
      ...{ name: `i${(n * 7) % count}`, project: 'default', location: `s${n % 3}` },
      ...{ status: statuses[n % 3], size: n, config: { 'user.x': cluster }, created_at: `2026-01-01T00:00:00.${n}Z` },
    }));
  const apply = (cluster: string, objects: object[]) =>
    applyList(db, {
      rowKind: rowKindOf('instance'),
      ...{ cluster, servers: ['s0', 's1', 's2'], parent: undefined, asked: ++asked },
      last_updated: `2026-01-01T00:00:00.${String(asked).padStart(3, '0')}Z`,
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const wishOf = (text: string | undefined, more: Partial<ListWish> = {}): ListWish => ({
    conditions: { kind: 'instance' },
    wanted: readFilter(text, itemFieldsOf('instance')),
    ...more,
  });
  async function readAll(wish: ListWish): Promise<Item[]> {
    const all: Item[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await lists.read({ ...wish, cursor }, signal);
      if (!('json' in page)) throw new Error('a page came as a stream');
      all.push(...(JSON.parse(page.json) as Item[]));
      if (page.cursor === undefined) return all;
      cursor = page.cursor;
    }
  }

  test.each([undefined, 'name', '-name', 'status', '-status', 'server', '-cluster', '-uuid', 'project'])(
    'sorted by %s each object comes once, whatever the size of pages, with and without a filter',
    async (sort) => {
      for (const cluster of ['c1', 'c2', 'c3']) await apply(cluster, instances(cluster, 40));
      const read = readSort('instance', sort);
      const key = (item: Item): string => {
        if (read === undefined) return '';
        return read.column === 'status' ? item.object.status : String(item[read.column]);
      };
      const inOrder = (items: Item[]): Item[] =>
        items.toSorted((a, b) => {
          const [left, right] = [a, b].map((one) => [key(one), one.cluster, one.server, one.name].join('\n'));
          return (read?.down === true ? -1 : 1) * ((left ?? '') < (right ?? '') ? -1 : 1);
        });
      for (const filter of [undefined, 'object.status == "Running"', 'name endsWith "1" or cluster == "c2"']) {
        const whole = await readAll(wishOf(filter, { limit: 1_000 }));
        const isWanted = (item: Item): boolean =>
          filter === undefined ||
          (filter.includes('Running')
            ? item.object.status === 'Running'
            : item.name.endsWith('1') || item.cluster === 'c2');
        expect(whole.every(isWanted)).toBe(true);
        expect(await lists.count(wishOf(filter), signal)).toBe(whole.length);
        for (const limit of [1, 7, 100])
          expect(await readAll(wishOf(filter, { limit, sort: read }))).toEqual(inOrder(whole));
      }
    },
  );

  test('what comes and goes while pages are read moves nothing else', async () => {
    await apply('c1', instances('c1', 20));
    const first = await lists.read(wishOf(undefined, { limit: 10 }), signal);
    await apply('c1', [...instances('c1', 20).filter((_, n) => n % 4 !== 0), { name: 'a', location: 's0' }]);
    const second = await lists.read(wishOf(undefined, { limit: 100, cursor: first.cursor }), signal);
    const items = [first, second].flatMap((page) => ('json' in page ? (JSON.parse(page.json) as Item[]) : []));
    expect(new Set(items.map(({ uuid }) => uuid)).size).toBe(items.length);
    const now = (await readAll(wishOf(undefined))).map(({ uuid }) => uuid);
    expect(items.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(now.slice(10)));
  });

  test('a cursor belongs to its list', async () => {
    await apply('c1', instances('c1', 20));
    const { cursor } = await lists.read(wishOf(undefined, { limit: 5 }), signal);
    const refused = expect.objectContaining({ code: 'inventory_cursor_invalid' });
    const others: ListWish[] = [
      wishOf('name == "i1"', { cursor }),
      wishOf(undefined, { cursor, sort: { column: 'name', down: false } }),
      { ...wishOf(undefined, { cursor }), conditions: { kind: 'instance', cluster: 'c1' } },
      wishOf(undefined, { cursor, base: '/1.0/inventory/instances' }),
      wishOf(undefined, { cursor: 'nonsense' }),
      wishOf(undefined, { cursor: Buffer.from('["list","",[{}]]').toString('base64url') }),
    ];
    for (const wish of others) await expect(lists.read(wish, signal)).rejects.toThrow(refused);
  });

  test('only the fields that are wanted are shown, where there are any', async () => {
    await apply('c1', instances('c1', 1));
    const fields = readProjection(
      'instance',
      'name,object.status,object.config["user.x"],object.nothing,object["__proto__"]',
    );
    const [item] = await readAll(wishOf(undefined, { fields, limit: 10 }));
    expect(item).toEqual({ name: 'i0', object: { status: 'Running', config: { 'user.x': 'c1' } } });
    const whole = await lists.read(wishOf(undefined, { fields }), signal);
    expect(whole).toEqual({ json: JSON.stringify([item]) });
  });

  test('the tag is the same until something is written, and another one for another question', async () => {
    await apply('c1', instances('c1', 3));
    const tag = await lists.tag(wishOf(undefined));
    await apply('c1', instances('c1', 3));
    expect(await lists.tag(wishOf(undefined))).toBe(tag);
    expect(await lists.tag(wishOf(undefined, { limit: 1 }))).not.toBe(tag);
    expect(await lists.tag(wishOf('name == "i1"'))).not.toBe(tag);
    const ofOther = { ...wishOf(undefined), conditions: { kind: 'instance' as const, cluster: 'c2' } };
    const other = await lists.tag(ofOther);
    const seen = [tag];
    for (const objects of [instances('c1', 2), [...instances('c1', 2), { name: 'new', location: 's0' }], []]) {
      await apply('c1', objects);
      const next = await lists.tag(wishOf(undefined));
      expect(seen).not.toContain(next);
      seen.push(next);
    }
    expect(await lists.tag(ofOther)).toBe(other);
    expect(await lists.tag(wishOf('now() - last_updated > duration("1h")'))).toBeUndefined();
  });

  test('an explanation says what an index finds, and how many objects are looked at', async () => {
    for (const cluster of ['c1', 'c2']) await apply(cluster, instances(cluster, 30));
    const explain = async (text: string) => {
      const { parts, objects, looked_at } = await lists.explain(wishOf(text));
      return [objects, looked_at, ...parts.map(({ part, by }) => `${by}: ${part}`)];
    };
    expect(await explain('name == "i1"')).toEqual([60, 2, 'index: name == "i1"']);
    expect(await explain('cluster == "c1" && object.description contains "x"')).toEqual([
      ...[60, 30, 'index: cluster == "c1"', 'database: object.description contains "x"'],
    ]);
    expect(await explain('object.description contains "x"')).toEqual([
      60,
      60,
      'database: object.description contains "x"',
    ]);
    expect(await explain('object.status in ["Error", "Stopped"]')).toEqual([
      ...[60, 40, 'index: object.status in ["Error", "Stopped"]'],
    ]);
  });

  test('who goes away ends the search', async () => {
    await apply('c1', instances('c1', 5));
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(lists.read(wishOf('object.description == "x"'), gone)).rejects.toThrow('gone');
    await expect(lists.read(wishOf('object.description == "x"', { limit: 1 }), gone)).rejects.toThrow('gone');
    await expect(lists.count(wishOf('object.description == "x"'), gone)).rejects.toThrow('gone');
  });
});

test('a field that there is not is refused, with the one that was meant', () => {
  const refused = (text: string) => expect.objectContaining({ code: 'inventory_field_unknown', message: text });
  expect(() => readSort('instance', 'clutser')).toThrow(
    refused('Bad Request: sort: there is no "clutser"; did you mean cluster?'),
  );
  expect(() => readSort('project', 'server')).toThrow(expect.objectContaining({ code: 'inventory_field_unknown' }));
  expect(() => readSort('instance', 'constructor')).toThrow(
    expect.objectContaining({ code: 'inventory_field_unknown' }),
  );
  expect(() => readProjection('profile', 'nam')).toThrow(
    refused('Bad Request: fields: there is no "nam"; did you mean name?'),
  );
  for (const text of [',', 'name,', 'name,,cluster', 'object.', 'object.["x"', 'object.["x"]y'])
    expect(() => readProjection('profile', text)).toThrow(/^Bad Request: fields/);
  expect(() => readProjection('profile', Array(51).fill('name').join(','))).toThrow('51 are more than 50');
});
