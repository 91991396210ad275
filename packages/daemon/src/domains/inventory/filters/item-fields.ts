import { factsOf, type InventoryKind } from '@operations-center/contract';
import type { Columns, Fields } from '@operations-center/filter';
import { objectFields } from './object-fields.ts';

/** What a filter of a kind may ask for: by the names of the JSON, and by those of OC's filters. */
export function itemFieldsOf(kind: InventoryKind): Fields {
  const { project, server, parent, hasType } = factsOf(kind);
  const fields = objectFields[kind];
  return {
    uuid: 'string',
    cluster: 'string',
    ...(server === 'none' ? {} : ({ server: 'string' } as const)),
    ...(project === 'none' ? {} : ({ project_name: 'string', project: { alias: 'project_name' } } as const)),
    ...(parent === 'none' ? {} : { parent_name: 'string', [`${parent}_name`]: { alias: 'parent_name' } }),
    name: 'string',
    ...(hasType ? ({ type: 'string' } as const) : {}),
    object: fields === undefined ? { map: 'any' } : { fields },
    last_updated: 'time',
  };
}

/** Where they are in the table. */
export const itemColumns: Columns = {
  uuid: { column: 'uuid' },
  cluster: { column: 'cluster' },
  server: { column: 'server' },
  project_name: { column: 'project_name' },
  parent_name: { column: 'parent_name' },
  name: { column: 'name' },
  type: { column: 'type' },
  object: { json: 'object', texts: { status: 'status' } },
};

/** Documents of before may be packed: what is asked of them is worked out by us. */
export const thenColumns: Columns = Object.fromEntries(
  Object.entries(itemColumns).filter(([name]) => name !== 'object'),
);
