import type { InventoryKind } from '@operations-center/contract';
import { identityOf } from '../history/identity.ts';
import type { StoredObject } from '../rows/inventory-item.ts';
import { headOf, type ItemFields, uuidOf } from '../rows/inventory-item.ts';
import { wordsOf } from '../search/words.ts';
import { digestsOf } from '../secrets/object-digests.ts';
import { sealObject } from '../secrets/sealed-object.ts';
import type { Vault } from '../secrets/vault.ts';
import { type Range } from './list-ranges.ts';
import type { Parent, RowKind } from './scanned-kinds.ts';

/** As much as one object is asked for by itself. */
const maxObjectBytes = 16 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A row whose object still shows its secrets: it must not be written. */
export type OpenRow = Omit<StoredObject, 'secrets' | 'sealed_with'> & { hasSecrets: boolean };

/** Most have none, and need not be looked through for them once more. */
export const sealRow = (vault: Vault, kind: string, row: OpenRow): StoredObject => ({
  ...row,
  ...(row.hasSecrets ? sealObject(vault, { kind, uuid: row.uuid }, row.object) : { secrets: '', sealed_with: '' }),
});

/** Where an object comes from, and the reply it stands in. */
export type ObjectSource = {
  rowKind: RowKind;
  cluster: string;
  /** Below this, if the kind has parents. */
  parent?: Parent | undefined;
  /** The whole reply with its envelope. */
  bytes: Uint8Array;
};

export type ReadObject = { row: Omit<OpenRow, 'identity' | 'words'>; value: Record<string, unknown> };

/** The row of an object, or in words why there is none. */
export function readObject(vault: Vault, reply: ObjectSource, range: Range): ReadObject | string {
  const { rowKind, cluster, parent } = reply;
  if (range.end - range.start > maxObjectBytes) return `an object is larger than ${maxObjectBytes} bytes`;
  let object: string;
  let value: unknown;
  try {
    object = utf8.decode(reply.bytes.subarray(range.start, range.end));
    value = JSON.parse(object);
  } catch {
    return 'an object is broken JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an entry is no object';
  const fields = value as Record<string, unknown>; // looked at just now
  if (rowKind.onlyManaged === true && fields['managed'] !== true) return 'left out';
  const name = textField(fields, rowKind.nameField);
  if (name === undefined || name === '') return `an object has no usable ${rowKind.nameField}`;
  const identity: ItemFields = {
    cluster,
    server: rowKind.server === 'none' ? '' : (textField(fields, 'location') ?? ''),
    project_name: projectOf(rowKind, fields, parent),
    parent_name: parent?.name ?? '',
    type: rowKind.hasType ? (textField(fields, 'type') ?? '') : '',
    name,
  };
  if (rowKind.server === 'required' && identity.server === '') return `${name}: it has no location`;
  if (rowKind.hasType && identity.type === '') return `${name}: it has no type`;
  const status = textField(fields, 'status');
  // One that is no text is none, as for a filter; a text that no database takes is refused as such a name is.
  if (status === undefined && typeof fields['status'] === 'string') return `${name}: it has no usable status`;
  const uuid = uuidOf(rowKind, identity);
  const head = headOf(rowKind, uuid, identity);
  const digests = digestsOf(vault, rowKind.kind, object, fields);
  return { row: { ...identity, uuid, status: status ?? '', head, object, ...digests }, value: fields };
}

/** What only a row that is written needs. */
export function whole({ row, value }: ReadObject, kind: InventoryKind): OpenRow {
  return {
    ...row,
    identity: identityOf(kind, row.uuid, value),
    words: wordsOf(row.name, value),
  };
}

/** Text that every database takes: no NUL, no half characters. */
export function textField(fields: Record<string, unknown>, field: string): string | undefined {
  const value = fields[field];
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : undefined;
}

function projectOf(rowKind: RowKind, fields: Record<string, unknown>, parent: Parent | undefined): string {
  if (rowKind.project === 'none') return '';
  if (rowKind.project === 'parent') return parent?.project_name ?? 'default';
  // An Incus that does not name it means its first project.
  return textField(fields, 'project') || 'default';
}
