import { hash } from 'node:crypto';
import type { InventoryIdentity, InventoryKind, InventoryKindFacts } from '@operations-center/contract';
import type { SealedColumns } from '../secrets/sealed-object.ts';

/** What the rows of a kind need to know of it; plain, so that it can be sent to a thread. */
export type ItemKind = Pick<InventoryKindFacts, 'project' | 'server' | 'parent' | 'hasType' | 'identity'> & {
  kind: InventoryKind;
};

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

/** A list's conditions. */
export type ItemFilter = { kind: InventoryKind; cluster?: string; server?: string; project?: string };

/** What identifies an object; a part that its kind does not have is empty. */
export type ItemFields = Record<InventoryIdentity, string>;

const nilNamespace = Buffer.alloc(16);

/** UUID version 5 over the parts joined by colons, in the nil namespace: OC computes the same. */
export function uuidOf(kind: Pick<ItemKind, 'identity'>, fields: ItemFields): string {
  const text = kind.identity.map((part) => fields[part]).join(':');
  const bytes = hash('sha1', Buffer.concat([nilNamespace, Buffer.from(text)]), 'buffer');
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The item's JSON up to its object, in OC's order of fields; kept with the row so that a list only joins texts. */
export function headOf(kind: ItemKind, uuid: string, fields: ItemFields): string {
  const parts: [name: string, value: string, has: boolean][] = [
    ['uuid', uuid, true],
    ['cluster', fields.cluster, true],
    ['server', fields.server, kind.server !== 'none'],
    ['project_name', fields.project_name, kind.project !== 'none'],
    ['parent_name', fields.parent_name, kind.parent !== 'none'],
    ['name', fields.name, true],
    ['type', fields.type, kind.hasType],
  ];
  const shown = parts.filter(([, , has]) => has).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  return `{${shown.join(',')},"object":`;
}

/** RFC 3339 with nanoseconds as Go writes it: no needless zeros at the end. */
export function nanosecondTime(epochMs: number, nanosecondsBelow: number): string {
  const seconds = new Date(epochMs).toISOString().slice(0, 19);
  const fraction = (Math.trunc(epochMs % 1000) * 1_000_000 + nanosecondsBelow).toString().padStart(9, '0');
  const short = fraction.replace(/0+$/, '');
  return short === '' ? `${seconds}Z` : `${seconds}.${short}Z`;
}
