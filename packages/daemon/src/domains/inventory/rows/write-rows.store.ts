import { preparedRows, preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import { tellChanges, tellWritten } from '../changes/changes.store.ts';
import { keepVersions } from '../history/keep-versions.store.ts';
import { microseconds } from '../history/microseconds.ts';
import { keepReplaced } from '../history/packed.store.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { countChange, countChanges } from '../lists/counters.store.ts';
import { sealSecrets } from '../secrets/sealed-object.ts';
import type { Vault } from '../secrets/vault.ts';
import { conditions } from './conditions.ts';
import type { Identified } from './inventory.store.ts';
import type { StoredObject } from './inventory-item.ts';

type InventoryTx = Tx<InventoryTables>;

const columns = [
  ...['kind', 'uuid', 'cluster', 'server', 'project_name', 'parent_name', 'name', 'type', 'status'],
  ...['head', 'object', 'secrets', 'sealed_with', 'digest', 'identity', 'lasting', 'words', 'last_updated', 'since'],
] as const;

const upsertText = (rows: number): string => `insert into inventory_objects (${columns.join(', ')})
  values ${manyOf(rows, `(${manyOf(columns.length, '?')})`)}
  on conflict (kind, uuid) do update set cluster = excluded.cluster, server = excluded.server,
  status = excluded.status, head = excluded.head, object = excluded.object, secrets = excluded.secrets,
  sealed_with = excluded.sealed_with, digest = excluded.digest,
  last_updated = excluded.last_updated, lasting = excluded.lasting, words = excluded.words,
  since = case when inventory_objects.lasting = excluded.lasting then inventory_objects.since else excluded.since end,
  identity = case when excluded.identity = excluded.uuid then inventory_objects.identity else excluded.identity end`;

const manyOf = (count: number, text: string): string => Array<string>(count).fill(text).join(', ');

/** Rows of one statement: a statement each would be a journey to the server each. */
const rowsAtOnce = 50;

export async function writeObjects(
  tx: InventoryTx,
  kind: string,
  objects: readonly StoredObject[],
  last_updated: string,
): Promise<void> {
  const since = microseconds(last_updated);
  for (const cluster of new Set(objects.map((row) => row.cluster))) await countChange(tx, kind, cluster);
  for (let at = 0; at < objects.length; at += rowsAtOnce) {
    const some = objects.slice(at, at + rowsAtOnce);
    const uuids = some.map(({ uuid }) => uuid);
    const here = `kind = ? and uuid in (${manyOf(some.length, '?')})`;
    await keepReplaced(tx, kind, some, last_updated);
    const rows = some.map((row) => ({ ...row, kind, last_updated, since }));
    await preparedRun(
      tx,
      upsertText(some.length),
      rows.flatMap((row) => columns.map((column) => row[column])),
    );
    // One of which only something measured differs stands since before.
    await tellWritten(tx, since, `${here} and since = ?`, [kind, ...uuids, since]);
  }
}

/** What is deleted now is told, and kept as it was. */
async function forget(tx: InventoryTx, at: string, where: string, values: readonly SqlValue[]): Promise<void> {
  await keepVersions(tx, 'deleted', at, where, values);
  await tellChanges(tx, 'deleted', microseconds(at), where, values);
}

export async function deleteObjects(
  tx: InventoryTx,
  { kind, cluster }: { kind: string; cluster: string },
  uuids: readonly string[],
  at: string,
): Promise<number> {
  let gone = 0;
  if (uuids.length > 0) await countChange(tx, kind, cluster);
  for (let begin = 0; begin < uuids.length; begin += rowsAtOnce) {
    const some = uuids.slice(begin, begin + rowsAtOnce);
    const here = `kind = ? and uuid in (${manyOf(some.length, '?')})`;
    await forget(tx, at, here, [kind, ...some]);
    gone += await preparedRun(tx, `delete from inventory_objects where ${here}`, [kind, ...some]);
  }
  return gone;
}

export async function deleteCluster(tx: InventoryTx, cluster: string, at: string): Promise<number> {
  await countChanges(tx, cluster);
  await forget(tx, at, 'cluster = ?', [cluster]);
  await preparedRun(tx, 'delete from inventory_looks where cluster = ?', [cluster]);
  await preparedRun(tx, 'delete from inventory_views where cluster = ?', [cluster]);
  return preparedRun(tx, 'delete from inventory_objects where cluster = ?', [cluster]);
}

/** All rows of these kinds below one parent. How many. */
export async function deleteBelow(
  tx: InventoryTx,
  cluster: string,
  { kinds, parent_name, project_name }: { kinds: readonly string[]; parent_name: string; project_name?: string },
  at: string,
): Promise<number> {
  let gone = 0;
  for (const kind of kinds) {
    const { text, values } = conditions({ kind, cluster, parent_name, project_name });
    await countChange(tx, kind, cluster);
    await forget(tx, at, text, values);
    gone += await preparedRun(tx, `delete from inventory_objects where ${text}`, values);
  }
  return gone;
}

export async function renameObject(
  tx: InventoryTx,
  { id, kind }: Pick<Identified, 'id' | 'kind'>,
  to: { uuid: string; cluster: string; head: string; at: string },
): Promise<void> {
  await countChange(tx, kind, to.cluster);
  await keepVersions(tx, 'cluster_renamed', to.at, 'id = ?', [id]);
  await tellChanges(tx, 'deleted', microseconds(to.at), 'id = ?', [id]);
  await preparedRun(tx, 'update inventory_objects set uuid = ?, cluster = ?, head = ?, since = ? where id = ?', [
    to.uuid,
    to.cluster,
    to.head,
    microseconds(to.at),
    id,
  ]);
  await tellChanges(tx, 'created', microseconds(to.at), 'id = ?', [id]);
}

/** They belong to an object by its UUID: under a new one they are sealed anew. */
export async function moveSecrets(
  tx: InventoryTx,
  vault: Vault,
  { id, kind, uuid }: { id: number; kind: string; uuid: string },
  toUuid: string,
): Promise<void> {
  const text = 'select secrets from inventory_objects where id = ?';
  const [row] = await preparedRows<{ secrets: string }>(tx, text, [id]);
  const opened = vault.open({ kind, uuid }, row?.secrets ?? '') ?? [];
  const { secrets, sealed_with } = sealSecrets(vault, { kind, uuid: toUuid }, opened);
  const update = 'update inventory_objects set secrets = ?, sealed_with = ? where id = ?';
  await preparedRun(tx, update, [secrets, sealed_with, id]);
}
