import type { InventoryDatabase } from '../../../schema.ts';
import type { MaskedObject } from '../secrets/sealed-object.ts';
import { readVersion, type Version, type VersionRow, versionColumns } from './change-found.ts';
import { type Packed, restoreObjects } from './packed.store.ts';
import { rowsAsOf } from './versions.store.ts';

/** With the object as JSON. */
export type Document = Version & MaskedObject;

/** Objects as they were at a time: those with one of these UUIDs, or identities. */
export async function loadAsOf(
  db: InventoryDatabase,
  at: number,
  by: 'uuid' | 'identity',
  wanted: readonly Version[],
): Promise<Document[]> {
  if (wanted.length === 0) return [];
  const kinds = [...new Set(wanted.map(({ kind }) => kind))];
  const values = [...new Set(wanted.map((one) => one[by]))];
  const source = rowsAsOf(at);
  const rows = await db.rows<VersionRow & MaskedObject & Packed>(
    `select id as object_id, ${versionColumns}, version, object, packed, secrets from ${source.text}
     where kind in (${marks(kinds)}) and ${by} in (${marks(values)})`,
    [...source.values, ...kinds, ...values],
  );
  return (await restoreObjects(db, rows)).map(readVersion);
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** UUIDs are made of names: objects of two kinds may have the same. */
export const keyOf = ({ kind, uuid }: Pick<Version, 'kind' | 'uuid'>): string => `${kind} ${uuid}`;

/** Those with the same identity that it may have become, or may have been: of its cluster, or the same row. */
export const kinOf = (one: Version, among: readonly Document[]): Document[] =>
  among.filter(
    ({ kind, identity, cluster, object_id }) =>
      kind === one.kind && identity === one.identity && (cluster === one.cluster || object_id === one.object_id),
  );
