import type { InventoryItem, InventoryKind } from '@operations-center/contract';
import { inventoryKinds } from '@operations-center/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, askPage } from './api.ts';

/** What a list of objects is narrowed to and sorted by; as it stands in the address of the page. */
export type InventoryWish = {
  filter?: string;
  cluster?: string;
  project?: string;
  sort?: string;
  /** As it was then (RFC 3339). */
  as_of?: string;
};

const rowsPerPage = 200;

const listRoute = (kind: InventoryKind) => `inventory_${inventoryKinds[kind].segment}_list` as const;

/** Objects of a kind, a page at a time: there may be millions. */
export const objectsQuery = (kind: InventoryKind, wish: InventoryWish) =>
  infiniteQueryOptions({
    queryKey: ['inventory', 'objects', kind, 'list', wish],
    queryFn: async ({ signal, pageParam }) => {
      const query = { ...wish, recursion: '1', limit: String(rowsPerPage), total: 'true', cursor: pageParam };
      const { metadata, next, total } = await askPage(listRoute(kind), { query, signal });
      return { rows: metadata as InventoryItem[], next, total }; // with recursion: objects
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });

export const objectQuery = (kind: InventoryKind, uuid: string, as_of?: string) =>
  queryOptions({
    queryKey: ['inventory', 'objects', kind, 'one', uuid, as_of ?? ''],
    queryFn: ({ signal }) =>
      ask(`inventory_${inventoryKinds[kind].segment}_show`, { params: { uuid }, query: { as_of }, signal }),
  });

export const historyQuery = (kind: InventoryKind, uuid: string) =>
  queryOptions({
    queryKey: ['inventory', 'objects', kind, 'one', uuid, 'history'],
    queryFn: ({ signal }) => ask('inventory_history_show', { params: { uuid }, query: { limit: '100' }, signal }),
  });

export const resyncObject = (kind: InventoryKind, uuid: string) =>
  ask(`inventory_${inventoryKinds[kind].segment}_resync`, { params: { uuid } });

/** A word of an address that is a kind; else the kind that people look for most. */
export const kindOf = (word: unknown): InventoryKind =>
  typeof word === 'string' && Object.hasOwn(inventoryKinds, word) ? (word as InventoryKind) : 'instance'; // it is a key of it
