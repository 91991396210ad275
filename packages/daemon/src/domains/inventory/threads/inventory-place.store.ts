import { type DatabaseLog, openPostgres, openSqlite } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { type InventoryWithVault, makeVault, type VaultKeys, withVault } from '../secrets/vault.ts';

/** Where the inventory's own database is: a file, or a schema of the PostgreSQL database (engineering E3). */
export type InventoryPlace = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

const schema = 'inventory';

/** Opens it with connections of its own, in the daemon and in each of its threads. */
export async function openInventory(
  place: InventoryPlace,
  keys: VaultKeys,
  log?: DatabaseLog,
): Promise<InventoryWithVault> {
  return withVault(await openPlace(place, log), makeVault(keys));
}

function openPlace(place: InventoryPlace, log?: DatabaseLog): Promise<InventoryDatabase> {
  const options = { migrations: inventoryMigrations, ...(log === undefined ? {} : { log }) };
  if (place.kind === 'postgres')
    return openPostgres<InventoryTables>({ ...options, url: place.url, schema, poolSize: sessions });
  // Derived data: after a migration that goes wrong the file is deleted, and a scan fills it again.
  return openSqlite<InventoryTables>({ ...options, path: place.path, backupBeforeMigration: false });
}

/** Four of these there are: one in the daemon and one in each of three threads. */
const sessions = 4;
