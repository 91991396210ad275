import type { InventoryKind } from '@operations-center/contract';

/** What is measured at the moment somebody looks: it differs at every look, and nobody has changed anything. */
const measured: Partial<Record<InventoryKind, string>> = { instance: 'state', storage_volume: 'state' };

/** The object without what is measured: only a change of the rest is one that history tells. */
export function lastingPart(kind: InventoryKind, object: Record<string, unknown>): Record<string, unknown> {
  const field = measured[kind];
  if (field === undefined || !(field in object)) return object;
  const { [field]: _, ...rest } = object;
  return rest;
}

/** Is this field of an object only measured? */
export const isMeasured = (kind: InventoryKind, field: string): boolean => measured[kind] === field;
