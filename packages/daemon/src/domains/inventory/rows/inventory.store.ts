import { preparedRows, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { sourceOf } from '../history/versions.store.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { openItemBytes, openItems, type Shown, secretsInFront } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import { conditions } from './conditions.ts';
import type { ItemFields, ItemFilter } from './inventory-item.ts';

type InventoryTx = Tx<InventoryTables>;

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

export async function findDigest(tx: InventoryTx, kind: string, uuid: string): Promise<string | undefined> {
  const text = 'select digest from inventory_objects where kind = ? and uuid = ?';
  const [row] = await preparedRows<{ digest: string }>(tx, text, [kind, uuid]);
  return row?.digest;
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
  const item = withSecrets ? sealedItemText : itemText;
  const read = db.dialect === 'postgres' ? readJoinedPostgres : readJoinedSqlite;
  const { bytes, next } = await read(db, filter, after, limit, item);
  return {
    bytes: withSecrets ? openItemBytes(db.vault, filter.kind, bytes) : bytes,
    rows: limit,
    ...(next === undefined ? {} : { next }),
  };
}

type Joined = { bytes: Uint8Array; next: PageKey | undefined };
const nothing = new Uint8Array();

/** Finds the end of the page first: the statement that joins keeps the order of its rows only without a limit. */
async function readJoinedSqlite(
  db: InventoryDatabase,
  filter: ItemFilter,
  after: PageKey | undefined,
  limit: number,
  item: string,
): Promise<Joined> {
  const { text, values } = conditions(columnsOf(filter));
  const behind = keyBound('>', after, filter.cluster !== undefined);
  const [next] = await db.rows<PageKey>(
    `select ${listOrder} from inventory_objects where ${text}${behind.text} order by ${listOrder} limit 1 offset ?`,
    [...values, ...behind.values, limit - 1],
  );
  const until = keyBound('<=', next, filter.cluster !== undefined);
  const [page] = await db.rows<{ bytes: Uint8Array | null }>(
    `select cast(group_concat(${item}, ',') as blob) as bytes
     from (select * from inventory_objects where ${text}${behind.text}${until.text} order by ${listOrder})`,
    [...values, ...behind.values, ...until.values],
  );
  return { bytes: page?.bytes ?? nothing, next };
}

/** In one statement, with a limit: without one the planner sorts out all that stands behind, 80 ms a page of a million. */
async function readJoinedPostgres(
  db: InventoryDatabase,
  filter: ItemFilter,
  after: PageKey | undefined,
  limit: number,
  item: string,
): Promise<Joined> {
  const { text, values } = conditions(columnsOf(filter));
  const behind = keyBound('>', after, false);
  const [page] = await db.rows<{ bytes: Uint8Array | null } & { [Key in keyof PageKey]: PageKey[Key] | null }>(
    `with page as materialized (
       select * from inventory_objects where ${text}${behind.text} order by ${listOrder} limit ?
     )
     select joined.bytes, last.* from (
       select convert_to(string_agg(${item}, ',' order by ${listOrder}), 'UTF8') as bytes from page
     ) as joined left join (select ${listOrder} from page order by ${listOrder} limit 1 offset ?) as last on true`,
    [...values, ...behind.values, limit, limit - 1],
  );
  const { cluster = null, server = null, name = null, id = null } = page ?? {};
  const isLast = cluster === null || server === null || name === null || id === null;
  return { bytes: page?.bytes ?? nothing, next: isLast ? undefined : { cluster, server, name, id } };
}

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
