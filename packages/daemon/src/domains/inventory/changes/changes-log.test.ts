import { setTimeout as pause } from 'node:timers/promises';
import { describeOnDatabases } from '@operations-center/database/testing';
import { beforeEach, expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { type InventoryWithVault, withVault } from '../secrets/vault.ts';
import { makeInventoryWork } from '../threads/inventory-work.store.ts';
import { makeChangeLog } from './changes.service.ts';
import { headOfChanges, pruneChanges, readChanges } from './changes.store.ts';

describeOnDatabases<InventoryTables>('the log of changes', { migrations: inventoryMigrations }, (databases) => {
  let db: InventoryWithVault;
  let asked = 0;
  beforeEach(async () => {
    db = withVault(await databases.open(), testVault);
  });
  const apply = (kind: 'instance' | 'profile', objects: readonly object[], into = db) =>
    applyList(into, {
      rowKind: rowKindOf(kind),
      ...{ cluster: 'c1', servers: ['s1'], parent: undefined, asked: ++asked },
      last_updated: new Date(1_767_225_600_000 + asked * 1_000).toISOString(),
      bytes: Buffer.from(JSON.stringify({ metadata: objects })),
    });
  const told = async (): Promise<string[]> =>
    (await readChanges(db, 0, 1_000)).map(({ change, cluster, name }) => `${change} ${cluster} ${name}`);

  test('each change once: created, changed, deleted, under another name; what is only measured is none', async () => {
    const vm = (usage: number, status: string) => ({ name: 'a', location: 's1', status, state: { usage } });
    await apply('instance', [vm(1, 'Running')]);
    await apply('instance', [vm(1, 'Running')]);
    await apply('instance', [vm(2, 'Running')]);
    await apply('instance', [vm(2, 'Stopped')]);
    await makeInventoryWork(db).renameCluster({
      ...{ from: 'c1', to: 'c2', kinds: [rowKindOf('instance')], at: '2026-01-02T00:00:00Z' },
    });
    await makeInventoryWork(db).removeCluster({ cluster: 'c2', at: '2026-01-03T00:00:00Z' });
    expect(await told()).toEqual(['created c1 a', 'changed c1 a', 'deleted c1 a', 'created c2 a', 'deleted c2 a']);
  });

  test('who reads on behind a place misses nothing of writers that are at it at once', async () => {
    const again = async () => withVault(await databases.again(), testVault);
    const others = await Promise.all([again(), again()]);
    const lists = Array.from({ length: 10 }, (_, n) => [{ name: `p${n}` }]);
    const seen: string[] = [];
    let position = 0;
    const writing = new AbortController();
    const readOn = async (): Promise<void> => {
      // Writers get their turn, too.
      await pause(1);
      const some = await readChanges(db, position, 3);
      seen.push(...some.map(({ id }) => String(id)));
      position = some.at(-1)?.id ?? position;
      if (!writing.signal.aborted || position < (await headOfChanges(db)).number) await readOn();
    };
    const reading = readOn();
    await Promise.all(
      [db, ...others].map(async (into) => {
        for (const objects of lists) await apply('profile', objects, into);
      }),
    );
    writing.abort();
    await reading;
    expect(seen).toEqual((await readChanges(db, 0, 1_000)).map(({ id }) => String(id)));
  });

  test('only the newest are kept', async () => {
    const log = makeChangeLog(db);
    await apply('profile', [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]);
    const { number } = await log.head();
    await pruneChanges(db, 2);
    expect(await log.head()).toEqual({ number, pruned: number - 2 });
    expect((await log.read(number - 4, 10)).map((change) => change.number)).toEqual([number - 1, number]);
  });

  test('who waits hears of the next one, and lets go when told to', async () => {
    const log = makeChangeLog(db);
    const { number } = await log.head();
    const waiting = log.passed(number, AbortSignal.timeout(10_000));
    await apply('profile', [{ name: 'a' }]);
    await waiting;
    expect(JSON.parse((await log.read(number, 1))[0]?.metadata ?? '')).toMatchObject({
      ...{ action: 'profile-created', kind: 'profile', cluster: 'c1', name: 'a' },
      source: expect.stringMatching(/^\/1.0\/inventory\/profiles\/[-0-9a-f]{36}$/),
    });
    const leaving = new AbortController();
    const left = log.passed(number + 1, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
  });
});
