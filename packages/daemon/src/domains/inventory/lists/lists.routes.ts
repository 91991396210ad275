import {
  factsOf,
  type InventoryKind,
  type InventorySegment,
  type RouteQuery,
  type routes,
} from '@operations-center/contract';
import {
  type Answer,
  type Caller,
  type Handler,
  handle,
  hasVersion,
  notModified,
  ok,
} from '../../../platform/http/answer.ts';
import { readFilter } from '../../../platform/list-filter.ts';
import { itemFieldsOf } from '../filters/item-fields.ts';
import type { ItemFilter } from '../rows/inventory-item.ts';
import { readProjection, readSort } from './list-words.rules.ts';
import type { ListService, ListWish } from './lists.service.ts';

type Query = RouteQuery<(typeof routes)['inventory_instances_list']>;

export function listHandler(
  kind: InventoryKind,
  lists: ListService,
  maySeeSecrets: (caller: Caller) => boolean,
): Handler {
  // The table's own segment: wider here than the literal that the contract made its names of.
  const segment = factsOf(kind).segment as InventorySegment;
  const path = `/1.0/inventory/${segment}`;
  return handle(`inventory_${segment}_list`, async ({ query, caller, signal, header }) => {
    const wish = { ...toWish(kind, query, path), withSecrets: maySeeSecrets(caller) };
    const etag = await lists.tag(wish);
    if (etag !== undefined && hasVersion({ header }, etag)) return notModified(etag);
    const { cursor, ...answer } = await lists.read(wish, signal);
    return {
      status: 200,
      json: '',
      ...answer,
      ...(etag === undefined ? {} : { etag }),
      ...(query.total ? { total: await lists.count(wish, signal) } : {}),
      ...(cursor === undefined ? {} : { link: nextLink(path, query, cursor) }),
    } satisfies Answer;
  });
}

export const explainHandler = (lists: ListService): Handler =>
  handle('inventory_explain', async ({ query }) => {
    const { kind, filter } = query;
    const wish = { conditions: conditionsOf(kind, query), wanted: readFilter(filter, itemFieldsOf(kind)) };
    return ok({ filter: filter ?? '', ...(await lists.explain(wish)) });
  });

function toWish(kind: InventoryKind, query: Query, path: string): ListWish {
  const { recursion, filter, as_of, sort, fields, limit, cursor } = query;
  return {
    conditions: conditionsOf(kind, query),
    wanted: readFilter(filter, itemFieldsOf(kind)),
    asOf: as_of,
    base: recursion ? undefined : path,
    sort: readSort(kind, sort),
    // URLs have no fields.
    fields: recursion ? readProjection(kind, fields) : undefined,
    ...{ limit, cursor },
  };
}

const conditionsOf = (
  kind: InventoryKind,
  { cluster, server, project }: Pick<Query, 'cluster' | 'server' | 'project'>,
): ItemFilter => ({
  kind,
  ...(cluster === undefined ? {} : { cluster }),
  ...(server === undefined ? {} : { server }),
  ...(project === undefined ? {} : { project }),
});

/** RFC 8288: the URL of the next page, with everything else that was asked. */
function nextLink(path: string, query: Query, cursor: string): string {
  const { recursion, total, ...rest } = query;
  const asked = Object.entries({
    ...{ recursion: recursion ? '1' : undefined, total: total ? 'true' : undefined, ...rest, cursor },
  })
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)]);
  return `<${path}?${new URLSearchParams(asked).toString()}>; rel="next"`;
}
