import { preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { openObject, type Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import { microseconds } from './microseconds.ts';

/** What ended a version: its row was written anew, deleted, or got the new name of its cluster. */
export type Ended = 'changed' | 'deleted' | 'cluster_renamed';

const columns =
  'kind, uuid, identity, cluster, server, project_name, parent_name, name, type, status, head, object, secrets, sealed_with, lasting, words, last_updated, since';

/** Keeps the rows that are about to be changed, in the same transaction: how many. `where` is a constant of our own code. */
export async function keepVersions(
  tx: Tx<InventoryTables>,
  ended: Ended,
  at: string,
  where: string,
  values: readonly SqlValue[],
): Promise<number> {
  const until = microseconds(at);
  // A clock that was turned back leaves no version that ends before it begins.
  const text = `insert into inventory_versions (object_id, ${columns}, until, ended, size)
    select id, ${columns}, case when since > ? then since else ? end, ?,
      length(head) + length(object) + length(secrets) + length(words) from inventory_objects where ${where}`;
  return preparedRun(tx, text, [until, until, ended, ...values]);
}

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
    text: `(select id, ${shown} from inventory_objects where since <= ? union all
      select object_id as id, ${shown} from inventory_versions where since <= ? and until > ?) as then_objects`,
    values: [at, at, at],
  };
};

/** The JSON of one item as it was. */
export async function findItemAsOf(
  db: InventoryWithVault,
  kind: string,
  uuid: string,
  at: number,
  { withSecrets = false }: Shown = {},
): Promise<string | undefined> {
  const source = rowsAsOf(at);
  const [row] = await db.rows<{ head: string; object: string; secrets: string; last_updated: string }>(
    `select head, object, secrets, last_updated from ${source.text} where kind = ? and uuid = ?`,
    [...source.values, kind, uuid],
  );
  if (row === undefined) return undefined;
  const object = withSecrets ? openObject(db.vault, { kind, uuid, ...row }) : row.object;
  return `${row.head}${object},"last_updated":"${row.last_updated}"}`;
}
