import { factsOf, type InventoryKind, type InventorySegment, inventoryKindNames } from '@operations-center/contract';
import { empty, type Handler, handle, ok, okJson, okStream } from '../../platform/http/answer.ts';
import { readFilter } from '../../platform/list-filter.ts';
import { historyHandlers } from './history/history.routes.ts';
import type { InventoryService } from './inventory.service.ts';
import { itemFieldsOf } from './item-fields.ts';
import { resourceFields } from './query/resource-fields.ts';

/** Three routes for each kind of the table, and those of the inventory as a whole. */
export const inventoryHandlers = (service: InventoryService): Handler[] => [
  ...inventoryKindNames.flatMap((kind) => kindHandlers(kind, service)),
  handle('inventory_query', async ({ query }) => {
    const { kind, cluster, filter, as_of } = query;
    const only = {
      ...oneOf('server', query.server, query.server_include_null),
      ...oneOf('project', query.project, query.project_include_null),
      ...oneOf('parent', query.parent, query.parent_include_null),
    };
    const wanted = readFilter(filter, resourceFields);
    return okStream(await service.query({ kinds: kind, only, wanted }, cluster, as_of));
  }),
  ...historyHandlers(service.history),
  handle('inventory_freshness', async ({ query }) => ok(await service.freshness(query.cluster))),
];

const oneOf = <Name extends string>(name: Name, values: readonly string[] | undefined, orNone: boolean) =>
  values === undefined ? {} : { [name]: { values, orNone } };

function kindHandlers(kind: InventoryKind, service: InventoryService): Handler[] {
  // The table's own segment: wider here than the literal that the contract made its names of.
  const segment = factsOf(kind).segment as InventorySegment;
  const base = `/1.0/inventory/${segment}`;
  return [
    handle(`inventory_${segment}_list`, async ({ query }) => {
      const { recursion, cluster, server, project, filter, as_of } = query;
      const wanted = readFilter(filter, itemFieldsOf(kind));
      const conditions = {
        kind,
        ...(cluster === undefined ? {} : { cluster }),
        ...(server === undefined ? {} : { server }),
        ...(project === undefined ? {} : { project }),
      };
      const list = await service.list(conditions, recursion ? undefined : base, wanted, as_of);
      return 'json' in list ? okJson(list.json) : okStream(list.stream);
    }),
    handle(`inventory_${segment}_show`, async ({ params, query }) =>
      okJson(await service.load(kind, params.uuid, query.as_of)),
    ),
    handle(`inventory_${segment}_resync`, async ({ params, signal }) => {
      await service.resyncObject(kind, params.uuid, signal);
      return empty;
    }),
  ];
}
