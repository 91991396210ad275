import type { InventoryKind } from '@operations-center/contract';
import { preparedRows, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { keepVersions } from './keep-versions.store.ts';
import { packObject, unpackObject } from './packed.ts';

/** One in so many is kept whole, so that nothing has to be unpacked through more than a few others. */
const wholeEvery = 17;

type Replaced = { id: number | string; uuid: string; object: string; secrets: string; since: number | string };

/**
 * Keeps what these rows were, if more than what is measured differs, before they are written: packed with what takes
 * their places. One with secrets stays whole: its digests are made anew when the key is exchanged.
 */
export async function keepReplaced(
  tx: Tx<InventoryTables>,
  kind: string,
  written: readonly { uuid: string; object: string; lasting: string }[],
  at: string,
): Promise<void> {
  const replaced = await preparedRows<Replaced>(
    tx,
    `select id, uuid, object, secrets, since from inventory_objects
     where kind = ? and uuid in (${written.map(() => '?').join(', ')}) and exists (
       select 1 from (values ${written.map(() => '(?, ?)').join(', ')}) as written
       where column1 = uuid and column2 <> lasting)`,
    [kind, ...written.map(({ uuid }) => uuid), ...written.flatMap(({ uuid, lasting }) => [uuid, lasting])],
  );
  const next = new Map(written.map(({ uuid, object }) => [uuid, object]));
  for (const { id, uuid, object, secrets, since } of replaced) {
    const after = next.get(uuid);
    const isWhole = secrets !== '' || Math.floor(Number(since) / 1_000) % wholeEvery === 0;
    // Rows are of kinds only.
    const packed = isWhole || after === undefined ? undefined : packObject(kind as InventoryKind, object, after);
    await keepVersions(tx, 'changed', at, 'id = ?', [Number(id)], packed);
  }
}

/** A row of a time: `version` is 0 where it stands, `packed` null where its object is whole. */
export type Packed = {
  kind: string;
  object_id: number | string;
  version: number | string;
  object: string;
  packed: Uint8Array | null;
};
/** What a query of `rowsAsOf` must select for `restoreObjects`. */
export const packedColumns = 'kind, id as object_id, version, object, packed';

type Link = { object_id: number | string; version: number | string; object: string; packed: Uint8Array | null };

/** The same rows, with their objects whole. */
export async function restoreObjects<Row extends Packed>(db: InventoryDatabase, rows: readonly Row[]): Promise<Row[]> {
  const packed = rows.filter((row) => row.packed !== null);
  if (packed.length === 0) return [...rows];
  const links = await loadLinks(db, packed);
  return rows.map((row) => (row.packed === null ? row : { ...row, object: restore(row, links), packed: null }));
}

/** What came after each of them, the oldest first, and last what stands. */
async function loadLinks(db: InventoryDatabase, packed: readonly Packed[]): Promise<Map<number, Link[]>> {
  const ids = [...new Set(packed.map(({ object_id }) => Number(object_id)))];
  const marks = ids.map(() => '?').join(', ');
  const first = Math.min(...packed.map(({ version }) => Number(version)));
  const versions = await db.rows<Link>(
    `select object_id, id as version, object, packed from inventory_versions
     where object_id in (${marks}) and id > ? order by id`,
    [...ids, first],
  );
  const standing = await db.rows<Link>(
    `select id as object_id, 0 as version, object, null as packed from inventory_objects where id in (${marks})`,
    ids,
  );
  return Map.groupBy([...versions, ...standing], ({ object_id }) => Number(object_id));
}

function restore(row: Packed, links: ReadonlyMap<number, Link[]>): string {
  const all = links.get(Number(row.object_id)) ?? [];
  const later = all.filter(({ version }) => Number(version) === 0 || Number(version) > Number(row.version));
  const whole = later.findIndex(({ packed }) => packed === null);
  const base = later[whole];
  if (base === undefined) throw new Error(`version ${row.version} of the inventory has nothing to be unpacked with`);
  const between = later.slice(0, whole).reverse();
  const kind = row.kind as InventoryKind; // rows are of kinds only
  return [...between, row].reduce(
    (next, { packed }) => (packed === null ? next : unpackObject(kind, packed, next)),
    base.object,
  );
}
