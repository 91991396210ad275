import type { InventoryItem } from '@operations-center/contract';

const emptyMaps = ['config', 'devices', 'expanded_config', 'expanded_devices'];

/** What was never set is an empty map in OC's YAML, and null in JSON. */
export function completeNulls(item: InventoryItem): InventoryItem {
  const changed = emptyMaps.filter((name) => item.object[name] === null).map((name) => [name, {}] as const);
  return changed.length === 0 ? item : { ...item, object: { ...item.object, ...Object.fromEntries(changed) } };
}
