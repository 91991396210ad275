import { openPostgres, openSqlite } from '@operations-center/database';
import { createPostgresDatabase } from '@operations-center/database/testing';
import { type InventoryPlace, openInventory } from '../domains/inventory/inventory-place.store.ts';
import { migrations } from '../migrations.ts';
import type { InventoryDatabase, MainDatabase, Schema } from '../schema.ts';

/** Every suite of the daemon runs a second time with this set (`tools/test.ts`, tier `postgres`). */
const onPostgres = process.env['OPERATIONS_CENTER_TEST_DATABASE'] === 'postgres';

/** A fresh main database, migrated: the file `path`, or a database of the throw-away PostgreSQL. */
export async function openTestDatabase(path: string): Promise<MainDatabase> {
  if (!onPostgres) return openSqlite<Schema>({ path, migrations });
  return openPostgres<Schema>({ url: await createPostgresDatabase(), migrations, poolSize: 5 });
}

/** The same for the inventory. */
export const makeTestInventoryPlace = async (path: string): Promise<InventoryPlace> =>
  onPostgres ? { kind: 'postgres', url: await createPostgresDatabase() } : { kind: 'sqlite', path };

export const openTestInventory = async (path: string): Promise<InventoryDatabase> =>
  openInventory(await makeTestInventoryPlace(path));
