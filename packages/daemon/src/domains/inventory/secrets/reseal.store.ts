import { setTimeout as pause } from 'node:timers/promises';
import type { InventoryKind } from '@operations-center/contract';
import { preparedRows, preparedRun, type Tx } from '@operations-center/database';
import type { InventoryTables } from '../inventory.tables.ts';
import { putBack } from './masked-document.ts';
import { digestsOf } from './object-digests.ts';
import { sealSecrets } from './sealed-object.ts';
import type { InventoryWithVault, Vault } from './vault.ts';

type Row = { id: number; kind: InventoryKind; uuid: string; object: string; secrets: string };
type InventoryTx = Tx<InventoryTables>;

const rowsPerWrite = 200;
const pauseMs = 5;
const tables = ['inventory_objects', 'inventory_versions'] as const;

/**
 * Seals with the present key what was sealed with one of before, some rows in each transaction: until then they are opened
 * with that one, so it may be cut off and go on at the next start. What cannot be opened is left to the next scan. How many rows.
 */
export async function resealInventory(db: InventoryWithVault): Promise<number> {
  let done = 0;
  for (const table of tables)
    for (const older of db.vault.olderKeyNames)
      for (let count = rowsPerWrite; count === rowsPerWrite; done += count) {
        if (done > 0) await pause(pauseMs);
        count = await db.write('seal inventory anew', (tx) => resealSome(tx, db.vault, table, older));
      }
  return done;
}

async function resealSome(
  tx: InventoryTx,
  vault: Vault,
  table: (typeof tables)[number],
  older: string,
): Promise<number> {
  const rows = await preparedRows<Row>(
    tx,
    `select id, kind, uuid, object, secrets from ${table} where sealed_with = ? and sealed_with <> '' limit ?`,
    [older, rowsPerWrite],
  );
  for (const row of rows) {
    const { secrets, sealed_with, digest, lasting } = sealAnew(vault, row);
    const digests = table === 'inventory_objects' ? { digest, lasting } : { lasting };
    const columns = Object.entries({ secrets, sealed_with, ...digests });
    await preparedRun(tx, `update ${table} set ${columns.map(([name]) => `${name} = ?`).join(', ')} where id = ?`, [
      ...columns.map(([, value]) => value),
      row.id,
    ]);
  }
  return rows.length;
}

/** The digests are keyed, too: made anew, so that the next scan finds the object unchanged. */
function sealAnew(vault: Vault, { kind, uuid, object, secrets: sealed }: Row) {
  const secrets = vault.open({ kind, uuid }, sealed);
  const whole = secrets === undefined ? '' : putBack(object, secrets);
  const value = readObject(whole);
  if (secrets === undefined || value === undefined) return { secrets: '', sealed_with: '', digest: '', lasting: '' };
  const { digest, lasting } = digestsOf(vault, kind, whole, value);
  return { ...sealSecrets(vault, { kind, uuid }, secrets), digest, lasting };
}

/** Undefined: somebody has changed the row, and it must not keep the rest from being sealed. */
function readObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>; // only objects are stored (apply-list.store.ts)
  } catch {
    return undefined;
  }
}
