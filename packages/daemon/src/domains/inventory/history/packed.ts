import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { InventoryKind } from '@operations-center/contract';
import { canonicalJson } from '../rows/document-digest.ts';
import { lastingPart } from './lasting.ts';

/** What deflate looks back at. */
const window = 32 * 1024;
/** More than any object that is stored. */
const largest = 256 * 1024 * 1024;

/**
 * An object as what it does not share with the one that came after it: most of it. `next` is taken without what is
 * measured, for that is written over without a version, and what it was packed with must be there to unpack it.
 */
export const packObject = (kind: InventoryKind, object: string, next: string): Uint8Array =>
  deflateRawSync(object, { dictionary: dictionaryOf(kind, next) });

export const unpackObject = (kind: InventoryKind, packed: Uint8Array, next: string): string =>
  inflateRawSync(packed, { dictionary: dictionaryOf(kind, next), maxOutputLength: largest }).toString();

function dictionaryOf(kind: InventoryKind, next: string): Buffer {
  const object = JSON.parse(next) as Record<string, unknown>; // only objects are stored (apply-list.store.ts)
  return Buffer.from(canonicalJson(lastingPart(kind, object))).subarray(-window);
}
