import { openPostgres, openSqlite } from '@operations-center/database';
import { createPostgresDatabase } from '@operations-center/database/testing';
import { type InventoryWithVault, makeVault, type VaultKeys } from '../domains/inventory/secrets/vault.ts';
import { type InventoryPlace, openInventory } from '../domains/inventory/threads/inventory-place.store.ts';
import { migrations } from '../migrations.ts';
import type { MainDatabase, Schema } from '../schema.ts';

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

export const testVaultKeys: VaultKeys = { key: Buffer.alloc(32, 7), older: [] };
export const testVault = makeVault(testVaultKeys);

export const openTestInventory = async (path: string): Promise<InventoryWithVault> =>
  openInventory(await makeTestInventoryPlace(path), testVaultKeys);
