import type { InventoryItem } from '@operations-center/contract';

/** A field whose name is no word is written in brackets. */
const below = (path: string, name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;

/** Names that only a filter has, beside those of the item. */
const items = ['name', 'cluster', 'server', 'project_name', 'parent_name', 'type', 'uuid', 'last_updated'];
const most = 200;

/** What may be asked of a kind, by looking at some of its objects: those of the item, of the object, of its maps. */
export function fieldsOfSample(sample: readonly InventoryItem[], hasStatus: boolean): string[] {
  const own = items.filter((field) => sample.length === 0 || sample.some((item) => field in item));
  const found = new Set<string>(hasStatus ? ['object.status'] : []);
  for (const { object } of sample)
    for (const [name, value] of Object.entries(object)) {
      const path = below('object', name);
      found.add(path);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const inner of Object.keys(value)) found.add(below(path, inner));
    }
  return [...own, ...[...found].sort()].slice(0, most);
}
