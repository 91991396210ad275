import type { SqlValue } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { openObject, type Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import { type Packed, packedColumns, restoreObjects } from './packed.store.ts';

/** Since when versions are kept: nothing is known of before. */
export async function keptSince(db: InventoryDatabase): Promise<number> {
  const [row] = await db.rows<{ kept_since: number | string }>('select kept_since from inventory_history', []);
  return Number(row?.kept_since ?? 0);
}

/** What a query reads from, and what its marks stand for. */
export type Source = { text: string; values: readonly SqlValue[] };

/** The rows as they are, or as they were at a time (microseconds). */
export const sourceOf = (as_of: number | undefined): Source =>
  as_of === undefined ? { text: 'inventory_objects', values: [] } : rowsAsOf(as_of);

/** The rows as they were at a time: those that stand since then, and versions that ended later. Read like the table. */
export const rowsAsOf = (at: number): Source => {
  const shown =
    'kind, uuid, cluster, server, project_name, parent_name, name, type, status, head, object, secrets, last_updated, identity, lasting, words, since';
  return {
    text: `(select id, 0 as version, null as packed, ${shown} from inventory_objects where since <= ? union all
      select object_id as id, id as version, packed, ${shown} from inventory_versions where since <= ? and until > ?) as then_objects`,
    values: [at, at, at],
  };
};

/** The objects of rows, as they are or as they were. */
export async function loadObjects(
  db: InventoryDatabase,
  ids: readonly number[],
  as_of: number | undefined,
): Promise<{ id: number; object: string }[]> {
  if (ids.length === 0) return [];
  const here = `id in (${ids.map(() => '?').join(', ')})`;
  if (as_of === undefined) return db.rows(`select id, object from inventory_objects where ${here}`, ids);
  const { text, values } = rowsAsOf(as_of);
  const rows = await db.rows<Packed & { id: number }>(`select id, ${packedColumns} from ${text} where ${here}`, [
    ...values,
    ...ids,
  ]);
  return restoreObjects(db, rows);
}

/** The JSON of one item as it was. */
export async function findItemAsOf(
  db: InventoryWithVault,
  kind: string,
  uuid: string,
  at: number,
  { withSecrets = false }: Shown = {},
): Promise<string | undefined> {
  const source = rowsAsOf(at);
  const rows = await db.rows<Packed & { head: string; secrets: string; last_updated: string }>(
    `select ${packedColumns}, head, secrets, last_updated from ${source.text} where kind = ? and uuid = ?`,
    [...source.values, kind, uuid],
  );
  const [row] = await restoreObjects(db, rows);
  if (row === undefined) return undefined;
  const object = withSecrets ? openObject(db.vault, { uuid, ...row }) : row.object;
  return `${row.head}${object},"last_updated":"${row.last_updated}"}`;
}
