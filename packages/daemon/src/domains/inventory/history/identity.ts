import type { InventoryKind } from '@operations-center/contract';

/** Kinds whose `created_at` is when the object itself came to be; of an image it is when somebody built it. */
const created: ReadonlySet<InventoryKind> = new Set(['instance', 'storage_volume']);

/**
 * What stays when an object is renamed and differs when it is made again: its creation time, with the UUID of Incus where
 * it has one, for two may be made in one moment. Else only our UUID, which is made of names.
 */
export function identityOf(kind: InventoryKind, uuid: string, object: Record<string, unknown>): string {
  const at = object['created_at'];
  // Go's zero time and the epoch are what Incus sends where it does not know.
  if (!created.has(kind) || typeof at !== 'string' || !(Date.parse(at) > 0)) return uuid;
  const own = ownUuid(object['config']);
  return own === undefined ? `created ${at}` : `created ${at} ${own}`;
}

function ownUuid(config: unknown): string | undefined {
  if (typeof config !== 'object' || config === null || !('volatile.uuid' in config)) return undefined;
  const own = config['volatile.uuid'];
  return typeof own === 'string' ? own : undefined;
}
