import {
  factsOf,
  type InventoryChange,
  type InventoryItem,
  type InventoryKind,
  type InventorySegment,
} from '@operations-center/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, askPage } from './api.ts';
import { fieldsOf } from './inventory-columns.ts';

/** Which objects a list shows; `asOf`: as they were then. */
export type InventoryWish = { kind: InventoryKind; filter: string; sort: string; asOf: string };
export type InventoryPage = { items: InventoryItem[]; next: string | undefined };

const pageLength = 200;
/** What was does not change: no event is about it. */
const root = (asOf: string): string => (asOf === '' ? 'inventory' : 'inventory-past');
// The table's own segment: wider in its facts than the literal that the contract made its names of.
const segmentOf = (kind: InventoryKind) => factsOf(kind).segment as InventorySegment;

const conditions = ({ filter, sort, asOf }: Omit<InventoryWish, 'kind'>) => ({
  ...(filter !== '' && { filter }),
  ...(sort !== '' && { sort }),
  ...(asOf !== '' && { as_of: asOf }),
});

/** A page of a list, with those fields alone that its columns show. */
export async function askInventory(
  wish: InventoryWish,
  page: { cursor: string | undefined; limit: number },
  signal?: AbortSignal,
): Promise<InventoryPage> {
  const { metadata, next } = await askPage(`inventory_${segmentOf(wish.kind)}_list`, {
    query: {
      ...{ recursion: '1', fields: fieldsOf(wish.kind).join(','), limit: String(page.limit), cursor: page.cursor },
      ...conditions(wish),
    },
    ...(signal !== undefined && { signal }),
  });
  return { items: metadata as InventoryItem[], next }; // with recursion the answer is objects
}

export const inventoryQuery = (wish: InventoryWish) =>
  infiniteQueryOptions({
    queryKey: [root(wish.asOf), 'list', wish.kind, wish],
    queryFn: ({ pageParam, signal }) => askInventory(wish, { cursor: pageParam, limit: pageLength }, signal),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: ({ next }) => next,
  });

/** How many a list holds on all its pages. Asked beside them: to count may take longer than to read the first. */
export const inventoryTotalQuery = (wish: InventoryWish) =>
  queryOptions({
    queryKey: [root(wish.asOf), 'list', wish.kind, 'total', wish.filter, wish.asOf],
    queryFn: async ({ signal }) => {
      const query = { limit: '1', total: 'true', ...conditions({ ...wish, sort: '' }) };
      return (await askPage(`inventory_${segmentOf(wish.kind)}_list`, { query, signal })).total ?? null;
    },
  });

/** How many objects of a kind each cluster and project has, and with which status. */
export const kindFacetsQuery = (kind: InventoryKind) =>
  queryOptions({
    queryKey: ['inventory', 'facets', 'kind', kind],
    queryFn: ({ signal }) => ask('inventory_facets', { query: { kind }, signal }),
  });

/** A few objects, whole: what fields there are to filter by. */
export const inventorySampleQuery = (kind: InventoryKind) =>
  queryOptions({
    queryKey: ['inventory-sample', kind],
    queryFn: ({ signal }) =>
      ask(`inventory_${segmentOf(kind)}_list`, { query: { recursion: '1', limit: '3' }, signal }) as Promise<
        InventoryItem[]
      >, // as above
  });

export const inventoryObjectQuery = (kind: InventoryKind, uuid: string, asOf: string) =>
  queryOptions({
    queryKey: [root(asOf), 'one', uuid, kind, asOf],
    queryFn: ({ signal }) =>
      ask(`inventory_${segmentOf(kind)}_show`, {
        params: { uuid },
        query: { ...(asOf !== '' && { as_of: asOf }) },
        signal,
      }),
  });

export const resyncObject = (kind: InventoryKind, uuid: string): Promise<unknown> =>
  ask(`inventory_${segmentOf(kind)}_resync`, { params: { uuid } });

type ChangePage = { changes: InventoryChange[]; cursor: string | null };
const changePages = {
  initialPageParam: undefined as string | undefined, // the first page has no cursor
  getNextPageParam: ({ cursor }: ChangePage) => cursor ?? undefined,
};

/** What became of an object, newest first. */
export const inventoryHistoryQuery = (kind: InventoryKind, uuid: string) =>
  infiniteQueryOptions({
    ...changePages,
    queryKey: ['inventory', 'one', uuid, kind, 'history'],
    queryFn: ({ pageParam, signal }) =>
      ask('inventory_history_show', { params: { uuid }, query: { kind, limit: '50', cursor: pageParam }, signal }),
  });

/** Since when it is known how the inventory was. */
export const historyUsageQuery = () =>
  queryOptions({
    queryKey: ['inventory-past', 'usage'],
    queryFn: ({ signal }) => ask('inventory_history_usage', { signal }),
    staleTime: 60_000,
  });

export type DiffWish = { from: string; to: string; kind: string; cluster: string };
const windowOf = ({ from, to, kind, cluster }: DiffWish) => ({
  from,
  ...(to !== '' && { to }),
  ...(kind !== '' && { kind }),
  ...(cluster !== '' && { cluster }),
});

/** Without an end, the first page says what "now" was; each further one is asked with it. */
const firstPage: { cursor?: string; to?: string } = {};

export const inventoryDiffQuery = (wish: DiffWish) =>
  infiniteQueryOptions({
    queryKey: ['inventory-past', 'diff', wish],
    queryFn: ({ pageParam, signal }) =>
      ask('inventory_diff', {
        query: { ...windowOf(wish), ...pageParam, limit: '100' },
        signal,
      }),
    initialPageParam: firstPage,
    getNextPageParam: ({ cursor, to }) => (cursor === null ? undefined : { cursor, to }),
  });

export const inventoryDiffTotalsQuery = (wish: DiffWish) =>
  queryOptions({
    queryKey: ['inventory-past', 'diff-totals', wish],
    queryFn: ({ signal }) => ask('inventory_diff_totals', { query: windowOf(wish), signal }),
  });
