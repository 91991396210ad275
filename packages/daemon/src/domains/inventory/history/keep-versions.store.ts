import { preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryTables } from '../inventory.tables.ts';
import { microseconds } from './microseconds.ts';

/** What ended a version: its row was written anew, deleted, or got the new name of its cluster. */
export type Ended = 'changed' | 'deleted' | 'cluster_renamed';

const columns =
  'kind, uuid, identity, cluster, server, project_name, parent_name, name, type, status, head, object, secrets, sealed_with, lasting, words, last_updated, since';

/** Keeps the rows that are about to be changed, in the same transaction. `where` is a constant of our own code; `packed`: in place of the object. */
export async function keepVersions(
  tx: Tx<InventoryTables>,
  ended: Ended,
  at: string,
  where: string,
  values: readonly SqlValue[],
  packed?: Uint8Array,
): Promise<void> {
  const until = microseconds(at);
  // A clock that was turned back leaves no version that ends before it begins.
  const kept = packed === undefined ? columns : columns.replace(', object,', ", '',");
  const object = packed === undefined ? 'length(object)' : String(packed.byteLength);
  const text = `insert into inventory_versions (object_id, ${columns}, until, ended, packed, size)
    select id, ${kept}, case when since > ? then since else ? end, ?, ?,
      length(head) + ${object} + length(secrets) + length(words) from inventory_objects where ${where}`;
  await preparedRun(tx, text, [until, until, ended, packed ?? null, ...values]);
}
