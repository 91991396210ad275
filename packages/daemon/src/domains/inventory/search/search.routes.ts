import { type Handler, handle, ok } from '../../../platform/http/answer.ts';
import type { SearchService } from './search.service.ts';

export const searchHandlers = (search: SearchService): Handler[] => [
  handle('inventory_search', async ({ query: { q, as_of, ...only } }) =>
    ok(await search.find(q, { ...only, asOf: as_of })),
  ),
  handle('inventory_facets', async ({ query }) => ok(await search.count(query))),
];
