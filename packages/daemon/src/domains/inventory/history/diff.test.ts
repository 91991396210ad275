import type { InventoryChange } from '@operations-center/contract';
import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { readDiff } from './diff.store.ts';
import type { DiffPlace } from './diff.ts';
import { countDiff } from './diff-totals.store.ts';
import { microseconds, stampOf } from './microseconds.ts';
import { kindsOf, readHistory } from './object-history.store.ts';

type Vm = { name: string; location: string; created_at: string; config: Record<string, string> };

const startUs = microseconds('2026-01-01T00:00:00Z');
const minute = (n: number): number => startUs + n * 60_000_000;

describeOnDatabases<InventoryTables>('what differs', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  let asked = 0;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
  });

  const apply = (kind: 'instance' | 'profile', objects: readonly object[], atUs: number, cluster = 'c1') =>
    applyList(db, {
      rowKind: rowKindOf(kind),
      ...{ cluster, servers: ['s1', 's2'], parent: undefined, last_updated: stampOf(atUs), asked: ++asked },
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const vm = (name: string, more: Partial<Vm> = {}): Vm => ({
    ...{ name, location: 's1', created_at: `2025-01-01T00:00:00.${name.length}Z`, config: {} },
    ...more,
  });
  async function diff(from: number, to: number, limit = 100): Promise<InventoryChange[]> {
    const all: InventoryChange[] = [];
    for (let after: DiffPlace | undefined; ; ) {
      const page = await readDiff(db, { from: minute(from), to: minute(to), after, limit });
      all.push(...page.changes);
      if (page.next === undefined) return all;
      after = page.next;
    }
  }
  async function readAsOf(step: number): Promise<Vm[]> {
    const ask = { filter: { kind: 'instance' as const }, expression: 'true', now_ms: 0, limit: 100 };
    const { texts } = await makeInventoryWork(db).readFiltered({ ...ask, as_of: minute(step) + 1 });
    return texts
      .map((text) => {
        const { state: _, ...object } = (JSON.parse(text) as { object: Vm & { state: unknown } }).object;
        return object;
      })
      .toSorted(byName);
  }
  const short = ({ change, name, before }: InventoryChange): string =>
    `${change} ${before === null ? '' : `${before.name} → `}${name}`;

  test('each object once, with what changed inside of it', async () => {
    await apply(
      'instance',
      [vm('same'), vm('gone'), vm('edited', { config: { 'limits.cpu': '1' } }), vm('go')],
      minute(0),
    );
    const edited = vm('edited', { config: { 'limits.cpu': '2', 'user.x': 'y' } });
    await apply('instance', [vm('same'), edited, vm('go', { location: 's2' }), vm('new')], minute(10));
    const changes = await diff(5, 20);
    expect(changes.map(short).sort()).toEqual(['changed edited', 'created new', 'deleted gone', 'moved go → go']);
    expect(changes.find(({ change }) => change === 'changed')?.fields).toEqual([
      { path: 'config["limits.cpu"]', from: '1', to: '2' },
      { path: 'config["user.x"]', to: 'y' },
    ]);
    expect(await diff(10, 20)).toEqual([]);
  });

  test('there and back is no difference; made again is another object; a new name is no deletion', async () => {
    const created = (n: number) => ({ created_at: `2025-01-01T00:00:0${n}Z` });
    await apply('instance', [vm('a', created(1)), vm('b', created(2)), vm('c', created(3))], minute(0));
    await apply('instance', [vm('a', { ...created(1), config: { x: '1' } })], minute(10));
    await apply('instance', [vm('a', created(1)), vm('b', created(4)), vm('d', created(3))], minute(20));
    expect((await diff(5, 30)).map(short).sort()).toEqual(['recreated b → b', 'renamed c → d']);
  });

  test('a cluster that is renamed renames what is in it', async () => {
    await apply('profile', [{ name: 'p' }], minute(0));
    const at = stampOf(minute(10));
    await makeInventoryWork(db).renameCluster({ from: 'c1', to: 'c2', kinds: [rowKindOf('profile')], at });
    const [change, ...more] = await diff(5, 20);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ change: 'renamed', cluster: 'c2', before: { cluster: 'c1' } });
  });

  test('only of a cluster, only of a kind', async () => {
    await apply('profile', [{ name: 'p' }], minute(10));
    await apply('profile', [{ name: 'p' }], minute(10), 'c2');
    await apply('instance', [vm('a')], minute(10), 'c2');
    const window = { from: minute(5), to: minute(20), limit: 10 };
    expect((await readDiff(db, { ...window, cluster: 'c2' })).changes).toHaveLength(2);
    expect((await readDiff(db, { ...window, cluster: 'c2', kind: 'profile' })).changes).toHaveLength(1);
    expect(await countDiff(db, { ...window, cluster: 'c2' })).toHaveLength(2);
  });

  test('pages and totals say what a comparison of both times says, whatever happened', async () => {
    const random = makeRandom(7);
    const pick = (n: number): number => Math.floor(random() * n);
    let born = 0;
    const birth = () => ({ created_at: stampOf(microseconds('2025-01-01T00:00:00Z') + ++born * 1_000_000) });
    const fleet = new Map<string, Vm>();
    const states: Map<string, Vm>[] = [];
    for (let step = 0; step < 60; step += 1) {
      for (let n = 0; n < 3; n += 1) {
        const name = `vm${pick(12)}`;
        const one = fleet.get(name);
        const free = `vm${pick(12)}`;
        const what = pick(8);
        if (one === undefined || what === 0) fleet.set(name, vm(name, birth()));
        else if (what < 3) fleet.delete(name);
        else if (what < 5) fleet.set(name, { ...one, location: one.location === 's1' ? 's2' : 's1' });
        else if (what === 5 && !fleet.has(free)) {
          fleet.delete(name);
          fleet.set(free, { ...one, name: free });
        } else fleet.set(name, { ...one, config: { x: String(pick(3)) } });
      }
      states.push(new Map(fleet));
      // What is measured differs at each look.
      const measured = [...fleet.values()].map((one) => ({ ...one, state: { usage: step } }));
      await apply('instance', measured, minute(step));
    }
    for (const [step, state] of states.entries()) {
      const then = await readAsOf(step);
      expect(then).toEqual([...state.values()].toSorted(byName));
    }
    const [packed] = await db.rows<{ packed: number | string; whole: number | string }>(
      'select count(packed) as packed, count(*) - count(packed) as whole from inventory_versions',
      [],
    );
    expect(Number(packed?.packed)).toBeGreaterThan(20);
    expect(Number(packed?.whole)).toBeGreaterThan(20);
    for (let look = 0; look < 60; look += 1) {
      const [a, b] = [pick(60), pick(60)];
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const wanted = compare(states[from] ?? new Map(), states[to] ?? new Map());
      const changes = await diff(from, to, 1 + pick(20));
      expect(changes.map(short).sort()).toEqual(wanted.sort());
      const totals = await countDiff(db, { from: minute(from), to: minute(to) });
      const counted = Object.groupBy(changes, ({ change }) => change);
      expect(Object.fromEntries(totals.map(({ change, count }) => [change, count]))).toEqual(
        Object.fromEntries(Object.entries(counted).map(([change, some]) => [change, some.length])),
      );
    }
  });

  test('the life of an object: by its own name and those it had before, newest first, page by page', async () => {
    const one = { created_at: '2025-01-01T00:00:01Z' };
    const two = { created_at: '2025-01-01T00:00:02Z' };
    await apply('instance', [vm('a', one)], minute(0));
    await apply('instance', [vm('a', { ...one, config: { x: '1' } })], minute(10));
    await apply('instance', [vm('b', { ...one, config: { x: '1' } })], minute(20));
    await apply('instance', [vm('b', { ...one, config: { x: '1' } }), vm('a', two)], minute(30));
    await apply('instance', [vm('a', two)], minute(40));
    const lifeOf = async (name: string, limit: number): Promise<string[]> => {
      const [row] = await db.rows<{ uuid: string }>(
        'select uuid from inventory_versions where name = ? union select uuid from inventory_objects where name = ?',
        [name, name],
      );
      const uuid = String(row?.uuid);
      expect(await kindsOf(db, uuid)).toEqual(['instance']);
      const told: string[] = [];
      for (let before: number | undefined; ; ) {
        const page = await readHistory(db, { kind: 'instance', uuid, before, limit });
        told.push(...page.changes.map((change) => `${minutesOf(change.at)} ${short(change)}`));
        if (page.next === undefined) return told;
        before = page.next;
      }
    };
    const whole = ['40 deleted b', '30 recreated a → a', '20 renamed a → b', '10 changed a', '0 created a'];
    for (const limit of [1, 2, 100]) expect(await lifeOf('a', limit)).toEqual(whole);
    expect(await lifeOf('b', 100)).toEqual(whole.filter((line) => !line.includes('recreated')));
  });
});

const byName = (a: Vm, b: Vm): number => (a.name < b.name ? -1 : 1);

const minutesOf = (at: string): number => (microseconds(at) - startUs) / 60_000_000;

/** The same comparison, of everything with everything. */
function compare(before: ReadonlyMap<string, Vm>, after: ReadonlyMap<string, Vm>): string[] {
  const lines: string[] = [];
  const renamed = new Set<string>();
  for (const [name, one] of before) {
    const now = after.get(name);
    const other = [...after.values()].find(({ created_at }) => created_at === one.created_at);
    if (now === undefined && other !== undefined) {
      renamed.add(other.name);
      lines.push(`renamed ${name} → ${other.name}`);
    } else if (now === undefined) lines.push(`deleted ${name}`);
    else if (now.created_at !== one.created_at) lines.push(`recreated ${name} → ${name}`);
    else if (now.location !== one.location) lines.push(`moved ${name} → ${name}`);
    else if (JSON.stringify(now) !== JSON.stringify(one)) lines.push(`changed ${name}`);
  }
  for (const name of after.keys()) if (!before.has(name) && !renamed.has(name)) lines.push(`created ${name}`);
  return lines;
}

function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
