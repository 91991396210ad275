import type { InventoryKind } from '@operations-center/contract';

/** Kinds whose `created_at` is when the object itself came to be; of an image it is when somebody built it. */
const created: ReadonlySet<InventoryKind> = new Set(['instance', 'storage_volume']);

/** What stays when an object is renamed and differs when it is made again: its creation time, else only its UUID. */
export function identityOf(kind: InventoryKind, uuid: string, object: Record<string, unknown>): string {
  const at = object['created_at'];
  if (!created.has(kind) || typeof at !== 'string') return uuid;
  // Go's zero time and the epoch are what Incus sends where it does not know.
  return Date.parse(at) > 0 ? `created ${at}` : uuid;
}
