import { factsOf, type InventoryKind, type InventorySegment, inventoryKindNames } from '@operations-center/contract';
import {
  empty,
  type Handler,
  handle,
  hasVersion,
  notModified,
  ok,
  okStream,
  okTagged,
} from '../../platform/http/answer.ts';
import { readFilter } from '../../platform/list-filter.ts';
import { historyHandlers } from './history/history.routes.ts';
import type { InventoryService } from './inventory.service.ts';
import { explainHandler, listHandler } from './lists/lists.routes.ts';
import { resourceFields } from './query/resource-fields.ts';
import { searchHandlers } from './search/search.routes.ts';

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
  explainHandler(service.lists),
  ...searchHandlers(service.search),
  handle('inventory_freshness', async ({ query }) => ok(await service.freshness(query.cluster))),
];

const oneOf = <Name extends string>(name: Name, values: readonly string[] | undefined, orNone: boolean) =>
  values === undefined ? {} : { [name]: { values, orNone } };

function kindHandlers(kind: InventoryKind, service: InventoryService): Handler[] {
  // The table's own segment: wider here than the literal that the contract made its names of.
  const segment = factsOf(kind).segment as InventorySegment;
  return [
    listHandler(kind, service.lists),
    handle(`inventory_${segment}_show`, async ({ params, query, header }) => {
      const answer = okTagged(await service.load(kind, params.uuid, query.as_of));
      return hasVersion({ header }, answer.etag) ? notModified(answer.etag) : answer;
    }),
    handle(`inventory_${segment}_resync`, async ({ params, signal }) => {
      await service.resyncObject(kind, params.uuid, signal);
      return empty;
    }),
  ];
}
