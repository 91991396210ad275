import { factsOf, type InventoryKind, type InventorySegment, inventoryKindNames } from '@operations-center/contract';
import {
  type Caller,
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
export const inventoryHandlers = (service: InventoryService, maySeeSecrets: (caller: Caller) => boolean): Handler[] => [
  ...inventoryKindNames.flatMap((kind) => kindHandlers(kind, service, maySeeSecrets)),
  handle('inventory_query', async ({ query, caller }) => {
    const { kind, cluster, filter, as_of } = query;
    const only = {
      ...oneOf('server', query.server, query.server_include_null),
      ...oneOf('project', query.project, query.project_include_null),
      ...oneOf('parent', query.parent, query.parent_include_null),
    };
    const wanted = readFilter(filter, resourceFields);
    const asked = { kinds: kind, only, wanted, withSecrets: maySeeSecrets(caller) };
    return okStream(await service.query(asked, cluster, as_of));
  }),
  ...historyHandlers(service.history),
  explainHandler(service.lists),
  ...searchHandlers(service.search),
  handle('inventory_freshness', async ({ query }) => ok(await service.freshness(query.cluster))),
];

const oneOf = <Name extends string>(name: Name, values: readonly string[] | undefined, orNone: boolean) =>
  values === undefined ? {} : { [name]: { values, orNone } };

function kindHandlers(
  kind: InventoryKind,
  service: InventoryService,
  maySeeSecrets: (caller: Caller) => boolean,
): Handler[] {
  // The table's own segment: wider here than the literal that the contract made its names of.
  const segment = factsOf(kind).segment as InventorySegment;
  return [
    listHandler(kind, service.lists, maySeeSecrets),
    handle(`inventory_${segment}_show`, async ({ params, query, caller, header }) => {
      const shown = { withSecrets: maySeeSecrets(caller) };
      const answer = okTagged(await service.load(kind, params.uuid, query.as_of, shown));
      return hasVersion({ header }, answer.etag) ? notModified(answer.etag) : answer;
    }),
    handle(`inventory_${segment}_resync`, async ({ params, signal }) => {
      await service.resyncObject(kind, params.uuid, signal);
      return empty;
    }),
  ];
}
