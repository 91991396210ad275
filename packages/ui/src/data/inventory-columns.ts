import { factsOf, type InventoryColumn, type InventoryItem, type InventoryKind } from '@operations-center/contract';

/** What people look for in a list beside what names a thing; the columns of the contract are those of another program's tables. */
const more: Partial<Record<InventoryKind, readonly InventoryColumn[]>> = {
  instance: [
    { header: 'Status', path: 'object.status' },
    { header: 'Type', path: 'object.type' },
    { header: 'Description', path: 'object.description' },
  ],
  network: [{ header: 'Description', path: 'object.description' }],
  profile: [{ header: 'Description', path: 'object.description' }],
  project: [{ header: 'Description', path: 'object.description' }],
  storage_pool: [{ header: 'Status', path: 'object.status' }],
  storage_volume: [{ header: 'Content', path: 'object.content_type' }],
};

/** A page has no room for UUIDs; each is in the address of its object. */
export function columnsOf(kind: InventoryKind): InventoryColumn[] {
  const given = factsOf(kind).columns.filter(({ path }) => path !== 'uuid');
  const [first, ...rest] = given;
  const updated = rest.filter(({ path }) => path === 'last_updated');
  return [
    ...(first === undefined ? [] : [first]),
    ...(more[kind] ?? []),
    ...rest.filter(({ path }) => path !== 'last_updated'),
    ...updated,
  ];
}

/** What a list must be asked for. */
export const fieldsOf = (kind: InventoryKind): string[] => [
  ...new Set(['uuid', 'name', ...columnsOf(kind).map(({ path }) => path)]),
];

/** The value at `object.properties.description`, as a text. */
export function valueAt(item: InventoryItem, path: string): string {
  let value: unknown = item;
  for (const part of path.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the daemon sorts by, for the columns that it can be sorted by. */
const sortable: Record<string, string> = {
  name: 'name',
  cluster: 'cluster',
  server: 'server',
  project_name: 'project',
  parent_name: 'parent_name',
  'object.status': 'status',
};
export const sortKeyOf = (path: string): string | undefined => sortable[path];
