import { preparedRows, preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { tellChanges, tellWritten } from '../changes/changes.store.ts';
import { keepVersions } from '../history/keep-versions.store.ts';
import { microseconds } from '../history/microseconds.ts';
import { keepReplaced } from '../history/packed.store.ts';
import { sourceOf } from '../history/versions.store.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { countChange, countChanges } from '../lists/counters.store.ts';
import {
  openItemBytes,
  openItems,
  type SealedColumns,
  type Shown,
  sealSecrets,
  secretsInFront,
} from '../secrets/sealed-object.ts';
import type { InventoryWithVault, Vault } from '../secrets/vault.ts';
import type { ItemFields, ItemFilter } from './inventory-item.ts';

type InventoryTx = Tx<InventoryTables>;

export type StoredObject = ItemFields &
  SealedColumns & {
    uuid: string;
    status: string;
    head: string;
    digest: string;
    identity: string;
    lasting: string;
    words: string;
  };

/** The last row of a page; the next page begins behind it. */
export type PageKey = { cluster: string; server: string; name: string; id: number };
/**
 * `bytes`: the page's elements as JSON, joined by commas. No `next`: it was the last page; before that, a page has
 * exactly `rows` elements.
 */
export type Page = { bytes: Uint8Array; rows: number; next?: PageKey };

/** UUID and digest of what is stored of a cluster's kind, or below one parent of it. */
export async function loadDigests(
  db: InventoryDatabase,
  of: { kind: string; cluster: string; parent_name?: string; project_name?: string },
): Promise<Map<string, string>> {
  const { text, values } = conditions({ ...of });
  const rows = await db.rows<{ uuid: string; digest: string }>(
    `select uuid, digest from inventory_objects where ${text}`,
    values,
  );
  return new Map(rows.map(({ uuid, digest }) => [uuid, digest]));
}

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

export async function findDigest(tx: InventoryTx, kind: string, uuid: string): Promise<string | undefined> {
  const text = 'select digest from inventory_objects where kind = ? and uuid = ?';
  const [row] = await preparedRows<{ digest: string }>(tx, text, [kind, uuid]);
  return row?.digest;
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

/** The volumes that belong to an instance, as far as they are stored: where Incus is to be asked for them. */
export const listVolumesOf = (
  db: InventoryDatabase,
  of: { cluster: string; project_name: string; name: string },
): Promise<{ parent_name: string; server: string; type: string }[]> =>
  db.rows(
    `select parent_name, server, type from inventory_objects
     where kind = 'storage_volume' and cluster = ? and name = ? and project_name = ?
     and type in ('container', 'virtual-machine')`,
    [of.cluster, of.name, of.project_name],
  );

/** Clusters with rows. Each has its first project among them, and so few rows are looked at. */
export async function listStoredClusters(db: InventoryDatabase, as_of?: number): Promise<string[]> {
  const source = sourceOf(as_of);
  const rows = await db.rows<{ cluster: string }>(
    `select distinct cluster from ${source.text} where kind = 'project' order by cluster`,
    source.values,
  );
  return rows.map(({ cluster }) => cluster);
}

/** The objects of a kind that stand below something: which, and where. */
export const listParentsOf = (
  db: InventoryDatabase,
  kind: string,
  cluster: string,
): Promise<{ uuid: string; project_name: string; parent_name: string }[]> =>
  db.rows('select uuid, project_name, parent_name from inventory_objects where kind = ? and cluster = ?', [
    kind,
    cluster,
  ]);

export type Identified = ItemFields & { id: number; kind: string };

export const listIdentities = (
  db: InventoryDatabase,
  cluster: string,
): Promise<(Identified & { uuid: string; sealed_with: string })[]> =>
  db.rows(
    `select id, kind, uuid, cluster, server, project_name, parent_name, name, type, sealed_with
     from inventory_objects where cluster = ?`,
    [cluster],
  );

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

export const findIdentity = async (
  db: InventoryDatabase,
  kind: string,
  uuid: string,
): Promise<Identified | undefined> => {
  const columns = 'id, kind, cluster, server, project_name, parent_name, name, type';
  const [row] = await db.rows<Identified>(`select ${columns} from inventory_objects where kind = ? and uuid = ?`, [
    kind,
    uuid,
  ]);
  return row;
};

const itemText = `concat(head, object, ',"last_updated":"', last_updated, '"}')`;
const sealedItemText = `concat(${secretsInFront}, ${itemText})`;

/** The JSON of one item. */
export async function findItem(
  db: InventoryWithVault,
  kind: string,
  uuid: string,
  { withSecrets = false }: Shown = {},
): Promise<string | undefined> {
  const shown = withSecrets ? sealedItemText : itemText;
  const text = `select ${shown} as item from inventory_objects where kind = ? and uuid = ?`;
  const [row] = await db.rows<{ item: string }>(text, [kind, uuid]);
  return row && openItems(db.vault, kind, row.item);
}

/** OC's order of a list. */
export const listOrder = 'cluster, server, name, id';

/**
 * The next objects of a list, in OC's order: cluster, server, name. The database joins the page to one value, so that
 * documents stay bytes from the file to the answer and no row is ever a JavaScript object.
 */
export async function readItems(
  db: InventoryWithVault,
  filter: ItemFilter,
  after: PageKey | undefined,
  limit: number,
  { withSecrets = false }: Shown = {},
): Promise<Page> {
  const { text, values } = conditions(columnsOf(filter));
  const behind = keyBound('>', after, filter.cluster !== undefined);
  const [next] = await db.rows<PageKey>(
    `select ${listOrder} from inventory_objects where ${text}${behind.text} order by ${listOrder} limit 1 offset ?`,
    [...values, ...behind.values, limit - 1],
  );
  const until = keyBound('<=', next, filter.cluster !== undefined);
  const [page] = await db.rows<{ bytes: Uint8Array | null }>(
    pageText(
      db.dialect,
      withSecrets ? sealedItemText : itemText,
      `select * from inventory_objects where ${text}${behind.text}${until.text} order by ${listOrder}`,
    ),
    [...values, ...behind.values, ...until.values],
  );
  const bytes = page?.bytes ?? new Uint8Array();
  return {
    bytes: withSecrets ? openItemBytes(db.vault, filter.kind, bytes) : bytes,
    rows: limit,
    ...(next === undefined ? {} : { next }),
  };
}

/** SQLite keeps the order of the rows it joins (its optimiser leaves `order by` alone below such an aggregate). */
const pageText = (dialect: InventoryDatabase['dialect'], item: string, rows: string): string =>
  dialect === 'postgres'
    ? `select convert_to(string_agg(${item}, ',' order by ${listOrder}), 'UTF8') as bytes from (${rows}) as page`
    : `select cast(group_concat(${item}, ',') as blob) as bytes from (${rows})`;

/** With the cluster given, the comparison begins behind it: so SQLite finds the place in its index at once. */
export function keyBound(
  sign: '>' | '<=',
  key: PageKey | undefined,
  inCluster: boolean,
): { text: string; values: SqlValue[] } {
  if (key === undefined) return { text: '', values: [] };
  const { cluster, server, name, id } = key;
  return inCluster
    ? { text: ` and (server, name, id) ${sign} (?, ?, ?)`, values: [server, name, id] }
    : { text: ` and (${listOrder}) ${sign} (?, ?, ?, ?)`, values: [cluster, server, name, id] };
}

/** The next URLs of a list, in the order in which the objects were first seen. */
export async function readUrls(
  db: InventoryDatabase,
  filter: ItemFilter,
  base: string,
  after: PageKey | undefined,
  limit: number,
): Promise<Page> {
  const { text, values } = conditions(columnsOf(filter));
  const rows = await db.rows<{ id: number; uuid: string }>(
    `select id, uuid from inventory_objects where ${text} and id > ? order by id limit ?`,
    [...values, after?.id ?? 0, limit],
  );
  const bytes = Buffer.from(rows.map(({ uuid }) => `"${base}/${uuid}"`).join(','));
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return { bytes, rows: limit };
  return { bytes, rows: limit, next: { cluster: '', server: '', name: '', id: last.id } };
}

export const itemConditions = (filter: ItemFilter): { text: string; values: SqlValue[] } =>
  conditions(columnsOf(filter));

const columnsOf = ({ kind, cluster, server, project }: ItemFilter): Record<string, string | undefined> => ({
  kind,
  cluster,
  server,
  project_name: project,
});

/** `a = ? and b = ?` of the columns that have a value; column names are constants of this file and its callers' types. */
function conditions(columns: Record<string, string | undefined>): { text: string; values: SqlValue[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { text: given.map(([column]) => `${column} = ?`).join(' and '), values: given.map(([, value]) => value) };
}
