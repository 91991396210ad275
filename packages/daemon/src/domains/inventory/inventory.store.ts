import { preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../schema.ts';
import type { InventoryTables } from './inventory.tables.ts';
import type { ItemFields } from './inventory-item.ts';

type InventoryTx = Tx<InventoryTables>;

export type StoredObject = ItemFields & { uuid: string; head: string; object: string; digest: string };

/** A list's conditions. */
export type ItemFilter = { kind: string; cluster?: string; server?: string; project?: string };
/** The last row of a page; the next page begins behind it. */
export type PageKey = { cluster: string; server: string; name: string; id: number };
/** `bytes`: the page's elements as JSON, joined by commas. No `next`: it was the last page. */
export type Page = { count: number; bytes: Uint8Array; next?: PageKey };

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

const upsertText = `insert into inventory_objects
  (kind, uuid, cluster, server, project_name, parent_name, name, type, head, object, digest, last_updated)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (kind, uuid) do update set cluster = excluded.cluster, server = excluded.server, head = excluded.head,
  object = excluded.object, digest = excluded.digest, last_updated = excluded.last_updated`;

export async function writeObjects(
  tx: InventoryTx,
  kind: string,
  objects: readonly StoredObject[],
  last_updated: string,
): Promise<void> {
  for (const row of objects) {
    const { uuid, cluster, server, project_name, parent_name, name, type, head, object, digest } = row;
    const fields = [kind, uuid, cluster, server, project_name, parent_name, name, type];
    await preparedRun(tx, upsertText, [...fields, head, object, digest, last_updated]);
  }
}

export async function deleteObjects(tx: InventoryTx, kind: string, uuids: readonly string[]): Promise<number> {
  let gone = 0;
  for (const uuid of uuids)
    gone += await preparedRun(tx, 'delete from inventory_objects where kind = ? and uuid = ?', [kind, uuid]);
  return gone;
}

export const deleteCluster = (tx: InventoryTx, cluster: string): Promise<number> =>
  preparedRun(tx, 'delete from inventory_objects where cluster = ?', [cluster]);

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

export const listIdentities = (db: InventoryDatabase, cluster: string): Promise<Identified[]> =>
  db.rows(
    'select id, kind, cluster, server, project_name, parent_name, name, type from inventory_objects where cluster = ?',
    [cluster],
  );

export async function renameObject(
  tx: InventoryTx,
  id: number,
  to: { uuid: string; cluster: string; head: string },
): Promise<void> {
  await preparedRun(tx, 'update inventory_objects set uuid = ?, cluster = ?, head = ? where id = ?', [
    to.uuid,
    to.cluster,
    to.head,
    id,
  ]);
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

/** The JSON of one item. */
export async function findItem(db: InventoryDatabase, kind: string, uuid: string): Promise<string | undefined> {
  const text = `select ${itemText} as item from inventory_objects where kind = ? and uuid = ?`;
  const [row] = await db.rows<{ item: string }>(text, [kind, uuid]);
  return row?.item;
}

const comma = Buffer.from(',');

/** The next objects of a list, in OC's order: cluster, server, name. Documents stay bytes from the file to the answer. */
export async function readItems(
  db: InventoryDatabase,
  filter: ItemFilter,
  after: PageKey | undefined,
  limit: number,
): Promise<Page> {
  const { text, values } = conditions(columnsOf(filter));
  const item = db.dialect === 'postgres' ? `convert_to(${itemText}, 'UTF8')` : `cast(${itemText} as blob)`;
  const behind = behindKey(after, filter.cluster !== undefined);
  const rows = await db.rows<PageKey & { item: Uint8Array }>(
    `select cluster, server, name, id, ${item} as item from inventory_objects where ${text}${behind.text} order by cluster, server, name, id limit ?`,
    [...values, ...behind.values, limit],
  );
  const bytes = Buffer.concat(rows.flatMap(({ item }, at) => (at === 0 ? [item] : [comma, item])));
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return { count: rows.length, bytes };
  const { cluster, server, name, id } = last;
  return { count: rows.length, bytes, next: { cluster, server, name, id } };
}

/** With the cluster given, the comparison begins behind it: so SQLite finds the place in its index at once. */
function behindKey(after: PageKey | undefined, inCluster: boolean): { text: string; values: SqlValue[] } {
  if (after === undefined) return { text: '', values: [] };
  const { cluster, server, name, id } = after;
  return inCluster
    ? { text: ' and (server, name, id) > (?, ?, ?)', values: [server, name, id] }
    : { text: ' and (cluster, server, name, id) > (?, ?, ?, ?)', values: [cluster, server, name, id] };
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
  if (last === undefined || rows.length < limit) return { count: rows.length, bytes };
  return { count: rows.length, bytes, next: { cluster: '', server: '', name: '', id: last.id } };
}

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
