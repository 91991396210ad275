import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../platform/clock.ts';
import { readFilter } from '../../../platform/list-filter.ts';
import { itemFieldsOf } from '../filters/item-fields.ts';
import { microseconds } from '../history/microseconds.ts';
import { findItemAsOf } from '../history/versions.store.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { readProjection } from '../lists/list-words.rules.ts';
import { makeListService } from '../lists/lists.service.ts';
import { findItem, readItems } from '../rows/inventory.store.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { watchWrites } from '../test-writes.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { type InventoryWithVault, makeVault, withVault } from './vault.ts';

const day = (n: number): string => `2026-01-0${n}T00:00:00Z`;
const key = (n: number): Buffer => Buffer.alloc(32, n);
const shown = { withSecrets: true };

describeOnDatabases<InventoryTables>('secrets of the inventory', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  let asked = 0;
  beforeEach(async () => {
    db = withVault(await databases.open(), makeVault({ key: key(1), older: [] }));
  });

  const apply = (objects: readonly object[], at = day(1), given = db) =>
    applyList(given, {
      rowKind: rowKindOf('instance'),
      ...{ cluster: 'c1', servers: ['s1'], parent: undefined, last_updated: at, asked: ++asked },
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const instance = (name: string, secret?: string, more: object = {}): object => ({
    ...{ name, location: 's1', project: 'default', created_at: `2026-01-01T00:00:00.${name.charCodeAt(0)}Z` },
    config: { 'image.os': 'debian', ...(secret === undefined ? {} : { 'user.password': secret, 'user.x': 'é' }) },
    ...more,
  });
  const uuidOf = async (name: string): Promise<string> => {
    const [row] = await db.rows<{ uuid: string }>('select uuid from inventory_objects where name = ?', [name]);
    return String(row?.uuid);
  };
  const readAll = async (given: typeof shown | undefined) => {
    const { bytes } = await readItems(db, { kind: 'instance' }, undefined, 100, given);
    return JSON.parse(`[${Buffer.from(bytes).toString()}]`) as { name: string; object: object }[];
  };
  const everything = async (): Promise<string> =>
    JSON.stringify([
      await db.rows('select * from inventory_objects', []),
      await db.rows('select * from inventory_versions', []),
    ]);

  test('are in no table, and come back to who may see them, among others that have none', async () => {
    const objects = [
      instance('a'),
      instance('b', 'Marker-1'),
      instance('c'),
      instance('d', 'Marker-"2é'),
      instance('e'),
    ];
    expect(await apply(objects)).toMatchObject({ added: 5, problems: [] });
    expect(await everything()).not.toContain('Marker');
    expect((await readAll(shown)).map(({ object }) => object)).toEqual(objects);
    const masked = (await readAll(undefined)).map(({ object }) => object);
    expect(masked[3]).toEqual(instance('d', '**redacted**'));
    expect(JSON.stringify(masked)).not.toContain('Marker');
    const uuid = await uuidOf('d');
    expect(await findItem(db, 'instance', uuid, shown)).toContain(JSON.stringify(objects[3]));
    expect(await findItem(db, 'instance', uuid)).not.toContain('Marker');
  });

  test('an unchanged one writes nothing, a changed one is seen and kept as a version; no digest can be tried', async () => {
    await apply([instance('a', 'Marker-1')], day(1));
    const writes = await watchWrites(db);
    const before = await writes();
    expect(await apply([instance('a', 'Marker-1')], day(2))).toMatchObject({ unchanged: 1 });
    expect(await writes()).toEqual(before);
    expect(await apply([instance('a', 'Marker-2')], day(3))).toMatchObject({ changed: 1 });
    const uuid = await uuidOf('a');
    const asOf = (n: number, given?: typeof shown) => findItemAsOf(db, 'instance', uuid, microseconds(day(n)), given);
    expect(await asOf(2, shown)).toContain('Marker-1');
    expect(await asOf(4, shown)).toContain('Marker-2');
    expect(await asOf(2)).toContain('**redacted**');
    expect(await everything()).not.toContain('Marker');
    const digests = 'select digest, lasting from inventory_objects';
    const [keyed] = await db.rows(digests, []);
    const other = withVault(db, makeVault({ key: key(2), older: [] }));
    expect(await apply([instance('a', 'Marker-2')], day(6), other)).toMatchObject({ changed: 1 });
    expect(await db.rows(digests, [])).not.toEqual([keyed]);
  });

  test('no filter looks at them; fields and pages show what the whole list does', async () => {
    await apply([instance('a', 'Marker-1'), instance('b')]);
    const history = { readTime: async (text: string) => microseconds(text) };
    const lists = makeListService({
      ...{ database: db, pages: makeInventoryWork(db), history, isCompiled: () => true, clock: systemClock },
    });
    const read = async (filter: string | undefined, more: object = {}): Promise<{ object: object }[]> => {
      const wanted = readFilter(filter, itemFieldsOf('instance'));
      const wish = { conditions: { kind: 'instance' as const }, wanted, ...shown, ...more };
      const answer = await lists.read(wish, AbortSignal.timeout(10_000));
      return 'json' in answer ? (JSON.parse(answer.json) as { object: object }[]) : [];
    };
    expect(await read('object.config["user.password"] == "Marker-1"')).toEqual([]);
    expect(await read('any(values(object.config), # contains "Marker")')).toEqual([]);
    const set = 'object.config["user.password"] == "**redacted**"';
    for (const more of [{}, { limit: 1 }, { asOf: day(2) }, { fields: readProjection('instance', 'object') }]) {
      const [found, ...others] = await read(set, more);
      expect([found?.object, others]).toEqual([instance('a', 'Marker-1'), []]);
      const [masked] = await read(set, { ...more, withSecrets: false });
      expect(masked?.object).toEqual(instance('a', '**redacted**'));
    }
    const tags = [true, false].map((withSecrets) => lists.tag({ conditions: { kind: 'instance' }, withSecrets }));
    expect(new Set(await Promise.all(tags)).size).toBe(2);
  });

  test('what became of an object names the secret that changed, and shows neither', async () => {
    await apply([instance('a', 'Marker-1'), instance('b')], day(1));
    await apply([instance('a', 'Marker-2'), instance('b', 'Marker-3')], day(2));
    await apply([instance('a', 'Marker-2', { description: 'x' }), instance('b', 'Marker-3')], day(3));
    const work = makeInventoryWork(db);
    const diff = async (from: number, to: number) => {
      const window = { from: microseconds(day(from)), to: microseconds(day(to)), cluster: undefined, kind: undefined };
      const { changes } = await work.readDiff({ ...window, after: undefined, limit: 10 });
      return changes.map(({ name, fields }) => [name, ...fields.map(({ path, from, to }) => [path, from, to])]);
    };
    const path = 'config["user.password"]';
    expect(await diff(1, 2)).toEqual([
      ['a', [path, '**redacted**', '**redacted**']],
      ['b', [path, undefined, '**redacted**'], ['config["user.x"]', undefined, 'é']],
    ]);
    expect(await diff(2, 3)).toEqual([['a', ['description', undefined, 'x']]]);
    const { changes } = await work.readHistory({ kind: 'instance', uuid: await uuidOf('a'), limit: 10 });
    expect(changes.map(({ fields }) => fields.map((one) => one.path))).toEqual([['description'], [path], []]);
    expect(JSON.stringify(changes)).not.toContain('Marker');
  });

  test('belong to their object: those of another are not opened, and a new name of the cluster takes them along', async () => {
    await apply([instance('a', 'Marker-1'), instance('b', 'Marker-2')]);
    await makeInventoryWork(db).renameCluster({ from: 'c1', to: 'c2', kinds: [rowKindOf('instance')], at: day(2) });
    expect(JSON.stringify(await readAll(shown))).toMatch(/Marker-1.*Marker-2/);
    const [row] = await db.rows<{ uuid: string }>("select uuid from inventory_versions where name = 'a'", []);
    expect(await findItemAsOf(db, 'instance', String(row?.uuid), microseconds(day(1)), shown)).toContain('Marker-1');
    await db.write('swap', async (tx) => {
      const [other] = await tx.selectFrom('inventory_objects').select('secrets').where('name', '=', 'b').execute();
      await tx
        .updateTable('inventory_objects')
        .set({ secrets: other?.secrets ?? '' })
        .where('name', '=', 'a')
        .execute();
    });
    const [a, b] = await readAll(shown);
    expect([a?.object, b?.object]).toEqual([instance('a', '**redacted**'), instance('b', 'Marker-2')]);
  });

  test('a rotation seals all anew, cut off or not: what is unchanged stays so, the old key opens nothing', async () => {
    await apply([instance('a', 'Marker-1'), instance('b', 'Marker-2'), instance('c')], day(1));
    await apply([instance('a', 'Marker-3'), instance('b', 'Marker-2'), instance('c')], day(2));
    const [a, b] = [await uuidOf('a'), await uuidOf('b')];
    const rotated = withVault(db, makeVault({ key: key(2), older: [key(1)] }));
    // Before it is sealed anew, the old key opens it.
    expect(await findItem(rotated, 'instance', a, shown)).toContain('Marker-3');
    expect(await makeInventoryWork(rotated).reseal({})).toBe(3);
    expect(await makeInventoryWork(rotated).reseal({})).toBe(0);
    const alone = withVault(db, makeVault({ key: key(2), older: [] }));
    expect(await findItem(alone, 'instance', a, shown)).toContain('Marker-3');
    expect(await findItemAsOf(alone, 'instance', a, microseconds(day(1)), shown)).toContain('Marker-1');
    expect(
      await apply([instance('a', 'Marker-3'), instance('b', 'Marker-2'), instance('c')], day(3), alone),
    ).toMatchObject({
      ...{ unchanged: 3, changed: 0 },
    });
    const old = withVault(db, makeVault({ key: key(1), older: [] }));
    expect(await findItem(old, 'instance', b, shown)).toContain('**redacted**');
  });

  test('what the old key does not open is read anew by the next scan', async () => {
    const objects = [instance('a', 'Marker-1'), instance('b', 'Marker-2')];
    await apply(objects, day(1));
    for (const [name, broken] of [
      ['a', { secrets: 'sealed:v1:AAAA' }],
      ['b', { object: '{}' }],
    ] as const)
      await db.write('break', (tx) =>
        tx.updateTable('inventory_objects').set(broken).where('name', '=', name).execute(),
      );
    const rotated = withVault(db, makeVault({ key: key(2), older: [key(1)] }));
    expect(await makeInventoryWork(rotated).reseal({})).toBe(2);
    expect(await apply(objects, day(2), rotated)).toMatchObject({ changed: 2 });
    expect(await findItem(rotated, 'instance', await uuidOf('a'), shown)).toContain('Marker-1');
  });
});
