import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

const mostFound = 20;

/** Objects of all kinds by the words in them. What was asked before and is not wanted any more is given up. */
export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ['inventory-search', q],
    queryFn: ({ signal }) => ask('inventory_search', { query: { q, limit: String(mostFound) }, signal }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
    // Looked for again a while later, it is asked again.
    staleTime: 5_000,
    gcTime: 60_000,
  });
