import type { InventoryKind } from '@operations-center/contract';
import type { Columns, Fields } from '@operations-center/filter';

/** What a filter over all kinds may ask for: OC's names. What an object has is known only when it is there. */
export const resourceFields: Fields = {
  kind: 'string',
  cluster_name: 'string',
  server_name: 'string',
  project_name: 'string',
  parent_name: 'string',
  name: 'string',
  object: { map: 'any' },
};

export const resourceColumns: Columns = {
  kind: { column: 'kind' },
  cluster_name: { column: 'cluster_name' },
  server_name: { column: 'server_name' },
  project_name: { column: 'project_name' },
  parent_name: { column: 'parent_name' },
  name: { column: 'name' },
  object: { json: 'object' },
};

/** Documents of before may be packed: what is asked of them is worked out by us. */
export const thenColumns: Columns = Object.fromEntries(
  Object.entries(resourceColumns).filter(([name]) => name !== 'object'),
);

/** The rows of one kind under these names. A project is of itself, and a volume's name has its type in front. */
export const resourcesText = (kind: InventoryKind, source: string): string =>
  `select id, kind, cluster as cluster_name, server as server_name,
     ${kind === 'project' ? 'name' : 'project_name'} as project_name, parent_name,
     ${kind === 'storage_volume' ? "concat(type, '/', name)" : 'name'} as name, object
   from ${source} where kind = ? and cluster = ?`;
