import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { askedTime } from './as-of.rules.ts';
import { microseconds } from './microseconds.ts';
import { countVersions, pruneHistory, pruneVersions } from './prune.store.ts';
import { findItemAsOf, keptSince } from './versions.store.ts';

const day = (n: number): string => `2026-01-0${n}T00:00:00Z`;

describeOnDatabases<InventoryTables>('versions of the inventory', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
  });

  let asked = 0;
  const apply = (kind: 'profile' | 'instance', objects: unknown[], at: string) =>
    applyList(db, {
      rowKind: rowKindOf(kind),
      ...{ cluster: 'c1', servers: ['s1'], parent: undefined, last_updated: at, asked: ++asked },
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const read = (at: string, more: { cluster?: string; expression?: string; limit?: number } = {}) =>
    makeInventoryWork(db).readFiltered({
      filter: { kind: 'profile', ...(more.cluster === undefined ? {} : { cluster: more.cluster }) },
      ...{ expression: more.expression ?? 'true', now_ms: 0, as_of: microseconds(at), limit: more.limit ?? 100 },
    });
  const names = async (at: string, more: Parameters<typeof read>[1] = {}): Promise<unknown[]> =>
    (await read(at, more)).texts.map((text) => {
      const item = JSON.parse(text) as { name: string; object: { description?: string } }; // put in by apply
      return [item.name, item.object.description];
    });
  const count = async (): Promise<number> => (await db.rows('select id from inventory_versions', [])).length;

  test('a list is what it was: changed, deleted and made again, and the filter looks at what was', async () => {
    await apply('profile', [{ name: 'a', description: 'one' }, { name: 'b' }], day(1));
    await apply('profile', [{ name: 'a', description: 'two' }, { name: 'c' }], day(3));
    await apply('profile', [{ name: 'a', description: 'two' }, { name: 'b' }], day(5));
    expect(await names('2025-12-31T00:00:00Z')).toEqual([]);
    expect(await names(day(2))).toEqual([
      ['a', 'one'],
      ['b', undefined],
    ]);
    expect(await names(day(4))).toEqual([
      ['a', 'two'],
      ['c', undefined],
    ]);
    expect(await names(day(6))).toEqual([
      ['a', 'two'],
      ['b', undefined],
    ]);
    expect(await names(day(2), { expression: 'object.description == "one"' })).toEqual([['a', 'one']]);
    expect(await names(day(4), { expression: 'object.description == "one"' })).toEqual([]);
  });

  test('at the moment of a change the new holds, a microsecond before the old', async () => {
    await apply('profile', [{ name: 'a', description: 'one' }], day(1));
    await apply('profile', [{ name: 'a', description: 'two' }], '2026-01-02T00:00:00.5Z');
    expect(await names('2026-01-02T00:00:00.499999Z')).toEqual([['a', 'one']]);
    expect(await names('2026-01-02T00:00:00.5Z')).toEqual([['a', 'two']]);
  });

  test('what does not change keeps no version', async () => {
    await apply('profile', [{ name: 'a' }], day(1));
    await apply('profile', [{ name: 'a' }], day(2));
    expect(await count()).toBe(0);
  });

  test('pages of then join rows and versions in the order of lists', async () => {
    await apply('profile', [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }], day(1));
    await apply('profile', [{ name: 'a' }, { name: 'c' }], day(3));
    const first = await read(day(2), { limit: 3 });
    expect(first.texts).toHaveLength(3);
    const ask = { filter: { kind: 'profile' as const }, expression: 'true', now_ms: 0, as_of: microseconds(day(2)) };
    const second = await makeInventoryWork(db).readFiltered({ ...ask, after: first.next, limit: 3 });
    const all = [...first.texts, ...second.texts].map((text) => (JSON.parse(text) as { name: string }).name);
    expect(all).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a cluster that is renamed or removed is still seen as it was', async () => {
    const work = makeInventoryWork(db);
    await apply('profile', [{ name: 'a' }], day(1));
    await work.renameCluster({ from: 'c1', to: 'c2', kinds: [rowKindOf('profile')], at: day(3) });
    await work.removeCluster({ cluster: 'c2', at: day(5) });
    expect(await names(day(2), { cluster: 'c1' })).toHaveLength(1);
    expect(await names(day(4), { cluster: 'c1' })).toEqual([]);
    expect(await names(day(4), { cluster: 'c2' })).toHaveLength(1);
    expect(await names(day(6))).toEqual([]);
  });

  test('a renamed instance keeps its identity, one that is made again has another', async () => {
    const vm = (name: string, created_at: string) => ({ name, location: 's1', created_at });
    await apply('instance', [vm('a', day(1))], day(1));
    await apply('instance', [vm('b', day(1))], day(2));
    await apply('instance', [vm('b', day(3))], day(3));
    const rows = await db.rows('select name, identity from inventory_versions order by since', []);
    expect(rows).toEqual([
      { name: 'a', identity: `created ${day(1)}` },
      { name: 'b', identity: `created ${day(1)}` },
    ]);
    expect(await db.rows('select identity from inventory_objects', [])).toEqual([{ identity: `created ${day(3)}` }]);
  });

  test('what stood below a deleted object is still seen as it was', async () => {
    await apply('profile', [{ name: 'a' }], day(1));
    const below = { kinds: ['profile'], parent_name: '' };
    await makeInventoryWork(db).removeObject({
      ...{ cluster: 'c1', kind: 'network', asked: 1, uuids: [], below, at: day(3) },
    });
    expect(await names(day(2))).toHaveLength(1);
    expect(await names(day(4))).toEqual([]);
  });

  test('a single object is what it was', async () => {
    await apply('profile', [{ name: 'a', description: 'one' }], day(1));
    await apply('profile', [], day(3));
    const [row] = await db.rows<{ uuid: string }>('select uuid from inventory_versions', []);
    const uuid = String(row?.uuid);
    expect(await findItemAsOf(db, 'profile', uuid, microseconds(day(2)))).toContain(`"last_updated":"${day(1)}"`);
    expect(await findItemAsOf(db, 'profile', uuid, microseconds(day(4)))).toBeUndefined();
  });

  test('what ended long ago is forgotten, and from when on it is known is told', async () => {
    await db.write('an old history', async (tx) => {
      await tx
        .updateTable('inventory_history' as never)
        .set({ kept_since: 0 } as never)
        .execute();
    });
    await apply('profile', [{ name: 'a' }, { name: 'b' }], day(1));
    await apply('profile', [{ name: 'b' }], day(3));
    await apply('profile', [], day(5));
    expect(await pruneVersions(db, microseconds(day(4)))).toBe(false);
    expect(await count()).toBe(1);
    expect(await keptSince(db)).toBe(microseconds(day(4)));
  });

  test('what needs more space than is allowed is forgotten, the oldest first', async () => {
    await apply('profile', [{ name: 'a', description: 'x'.repeat(1_000) }], day(1));
    await apply('profile', [{ name: 'a', description: 'y'.repeat(1_000) }], day(2));
    await apply('profile', [{ name: 'a', description: 'z' }], day(3));
    const { versions, bytes } = await countVersions(db);
    expect(versions).toBe(2);
    await pruneHistory(db, { before: 0, allowed: bytes });
    expect(await count()).toBe(2);
    await pruneHistory(db, { before: 0, allowed: bytes - 1 });
    expect(await count()).toBe(1);
    expect(await keptSince(db)).toBeGreaterThanOrEqual(microseconds(day(2)));
    expect(await names(day(2))).toEqual([['a', 'y'.repeat(1_000)]]);
  });

  test('what is only measured is written, but is no version', async () => {
    const vm = (usage: number, status: string) => ({
      ...{ name: 'a', location: 's1', status, created_at: day(1), state: { cpu: { usage } } },
    });
    await apply('instance', [vm(1, 'Running')], day(1));
    await apply('instance', [vm(2, 'Running')], day(2));
    expect(await count()).toBe(0);
    const [row] = await db.rows<{ last_updated: string; since: number }>(
      'select last_updated, since from inventory_objects',
      [],
    );
    expect(row?.last_updated).toBe(day(2));
    expect(Number(row?.since)).toBe(microseconds(day(1)));
    await apply('instance', [vm(3, 'Stopped')], day(3));
    expect(await count()).toBe(1);
  });
});

test('a stamp without its last zeros is read as far as microseconds', () => {
  const whole = Date.parse(day(1)) * 1_000;
  expect(microseconds(day(1))).toBe(whole);
  expect(microseconds('2026-01-01T00:00:00.5Z')).toBe(whole + 500_000);
  expect(microseconds('2026-01-01T00:00:00.0001Z')).toBe(whole + 100);
  expect(microseconds('2026-01-01T00:00:00.000123456Z')).toBe(whole + 123);
});

test('a time that is bad, to come, or before what is kept is refused', () => {
  const now = Date.parse(day(5));
  const kept = microseconds(day(2));
  expect(askedTime(day(3), now, kept)).toBe(microseconds(day(3)));
  const codeOf = (text: string) => expect.objectContaining({ code: text, status: 400 });
  expect(() => askedTime('yesterday', now, kept)).toThrow(codeOf('inventory_time_invalid'));
  expect(() => askedTime(day(6), now, kept)).toThrow(codeOf('inventory_time_future'));
  expect(() => askedTime(day(1), now, kept)).toThrow(codeOf('inventory_time_not_kept'));
});
