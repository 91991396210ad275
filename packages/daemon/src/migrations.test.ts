import { openPostgres } from '@operations-center/database';
import { createPostgresDatabase, describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { openInventory } from './domains/inventory/threads/inventory-place.store.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';
import { testVaultKeys } from './testing/test-database.ts';

describeOnDatabases<Schema>('the schema of the daemon', { migrations }, ({ dialect, open, place }) => {
  test('is there once, and is left as it is by the next start', async () => {
    const db = await open();
    expect(await db.rows('select name from schema_migrations order by name')).toEqual(
      migrations.map(({ name }) => ({ name })),
    );
  });

  if (dialect === 'sqlite') return;

  test('compares every text byte by byte, in the inventory too (engineering E4)', async () => {
    const db = await open();
    const inventory = await openInventory({ kind: 'postgres', url: place() }, testVaultKeys);
    const odd = await db.rows(
      `select table_schema, table_name, column_name from information_schema.columns
       where table_schema in ('public', 'inventory') and data_type = 'text' and collation_name is distinct from 'C'`,
    );
    expect(odd).toEqual([]);
    expect(await inventory.rows('select count(*) as n from inventory_objects')).toEqual([{ n: 0 }]);
    await inventory.close();
  });

  test('keeps whole numbers wide: a time in milliseconds does not fit 32 bits', async () => {
    const db = await open();
    const narrow = await db.rows<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = 'public' and data_type = 'integer'`,
    );
    expect(narrow.filter(({ column_name }) => /_at$|_ms$|_until$|_seen$|^at$/.test(column_name))).toEqual([]);
  });

  test('is migrated once by two daemons that start together', async () => {
    const url = await createPostgresDatabase();
    const both = await Promise.all([1, 2].map(() => openPostgres<Schema>({ url, migrations })));
    const applied = await both[0]?.rows('select name from schema_migrations');
    expect(applied).toHaveLength(migrations.length);
    for (const db of both) await db.close();
  });
});
