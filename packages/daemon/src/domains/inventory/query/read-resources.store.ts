import type { InventoryKind } from '@operations-center/contract';
import { type Packed, restoreObjects } from '../history/packed.store.ts';
import { sourceOf } from '../history/versions.store.ts';
import { headOf, type ItemFields } from '../rows/inventory-item.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import { openObject, type Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';

type Row = ItemFields & { id: number; uuid: string; object: string; secrets: string };

const noUuid = '00000000-0000-0000-0000-000000000000';
const noTime = '0001-01-01T00:00:00Z';

/** `as_of`: as they were then, in microseconds. */
export type ReadResources = Shown & { kind: InventoryKind; ids: readonly number[]; as_of?: number | undefined };

/** The items of these rows, in this order, as JSON with commas between; what is gone meanwhile is left out. */
export async function readResources(
  db: InventoryWithVault,
  { kind, ids, as_of, withSecrets }: ReadResources,
): Promise<string> {
  const source = sourceOf(as_of);
  const packed = as_of === undefined ? '0 as version, null as packed' : 'version, packed';
  const found = await db.rows<Row & Packed>(
    `select id, id as object_id, kind, ${packed}, uuid, cluster, server, project_name, parent_name, name, type, object, secrets from ${source.text}
     where id in (${ids.map(() => '?').join(', ')})`,
    [...source.values, ...ids],
  );
  const rows = await restoreObjects(db, found);
  const items = new Map(
    rows.map((row) => [row.id, itemOf(kind, withSecrets ? { ...row, object: openObject(db.vault, row) } : row)]),
  );
  return ids.flatMap((id) => items.get(id) ?? []).join(',');
}

/** As OC shows them here: without UUID and time; a volume's type is in its name, and what stands below a network has no project. */
function itemOf(kind: InventoryKind, { object, ...row }: Row): string {
  const rowKind = rowKindOf(kind);
  const fields: ItemFields = {
    ...row,
    project_name: rowKind.project === 'parent' ? '' : row.project_name,
    name: kind === 'storage_volume' ? `${row.type}/${row.name}` : row.name,
    type: '',
  };
  return `${headOf(rowKind, noUuid, fields)}${object},"last_updated":"${noTime}"}`;
}
