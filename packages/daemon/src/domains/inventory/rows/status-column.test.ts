import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { testVault } from '../../../testing/test-database.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { readFiltered } from '../lists/filtered-list.store.ts';
import { applyList } from '../scan/apply-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { withVault } from '../secrets/vault.ts';

const at = inventoryMigrations.findIndex(({ name }) => name === '0003-status-and-indexes');

describeOnDatabases<InventoryTables>(
  'rows of before statuses had a column',
  { migrations: inventoryMigrations.slice(0, at) },
  (databases) => {
    test('have it afterwards; other words for it are none, and unreadable ones stop nothing', async () => {
      const db = await databases.open();
      const objects = [
        ['instance', '{"status":"Running"}', 'Running'],
        ['instance', '{"status":103}', ''],
        ['instance', '{}', ''],
        ['storage_pool', '{"status":"Created","config":{"a":"\\u0065"}}', 'Created'],
        ['instance', '{"description":"\\ud800","state":{"status":"\\u0000"}}', ''],
        // Its status is a matter of nobody's filter.
        ['profile', '{"status":"Running"}', ''],
      ] as const;
      await db.write('rows of before', async (tx) => {
        for (const [kind, object] of objects) {
          const names = { cluster: 'c', server: '', project_name: '', parent_name: '', name: 'n', type: '' };
          const row = { kind, uuid: crypto.randomUUID(), ...names, head: '', object, digest: '', last_updated: '' };
          // As a row was then: without the column.
          await tx
            .insertInto('inventory_objects')
            .values(row as never)
            .execute();
        }
      });
      await db.write('migrate', async (tx) => inventoryMigrations[at]?.up(tx as never, db.dialect));
      const rows = await db.rows<{ status: string }>('select status from inventory_objects order by id');
      expect(rows.map(({ status }) => status)).toEqual(objects.map(([, , status]) => status));
    });
  },
);

describeOnDatabases<InventoryTables>('a status', { migrations: inventoryMigrations }, (databases) => {
  test('is what a filter asks the database for, and follows its object', async () => {
    const db = withVault(await databases.open(), testVault);
    const apply = (instances: readonly object[], asked: number) =>
      applyList(db, {
        rowKind: rowKindOf('instance'),
        cluster: 'c1',
        servers: ['s1'],
        parent: undefined,
        bytes: Buffer.from(
          JSON.stringify({ metadata: instances.map((one) => ({ ...one, location: 's1', project: 'default' })) }),
        ),
        last_updated: '2026-01-01T00:00:00Z',
        asked,
      });
    const running = async (expression = 'object.status == "Running"') => {
      const ask = { filter: { kind: 'instance' } as const, expression, now_ms: 0, limit: 10 };
      const { texts } = await readFiltered(db, ask);
      return texts.map((text) => (JSON.parse(text) as { name: string }).name);
    };
    const first = await apply([{ name: 'a', status: 'Running' }, { name: 'b', status: 'Stopped' }, { name: 'c' }], 1);
    expect([first.problems, await running()]).toEqual([[], ['a']]);
    expect(await running('object.status == ""')).toEqual(['c']);
    await apply([{ name: 'a', status: 'Stopped' }, { name: 'b', status: 'Running' }, { name: 'c' }], 2);
    expect(await running()).toEqual(['b']);
    const odd = await apply(
      [
        { name: 'a', status: 'Stopped' },
        { name: 'b', status: '\0' },
      ],
      3,
    );
    expect(odd.problems).toEqual([expect.stringContaining('b: it has no usable status')]);
    const plan = await db.rows<Record<string, string>>(
      `${db.dialect === 'sqlite' ? 'explain query plan' : 'explain'} select id from inventory_objects
       where kind = 'instance' and status = 'Running' order by cluster, server, name, id limit 10`,
    );
    expect(JSON.stringify(plan)).toContain('inventory_objects_by_');
  });
});
