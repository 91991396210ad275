import { Fault } from '@operations-center/contract';
import { type Handler, handle, ok } from '../../../platform/http/answer.ts';
import type { HistoryService } from '../history/history.service.ts';
import type { InventoryWork } from '../inventory-work.store.ts';
import { askedWords } from './words.ts';

export type SearchParts = {
  pages: Pick<InventoryWork, 'searchObjects' | 'countFacets'>;
  history: Pick<HistoryService, 'readTime'>;
};

export const searchHandlers = ({ pages, history }: SearchParts): Handler[] => [
  handle('inventory_search', async ({ query }) => {
    const { q, as_of, ...only } = query;
    const words = askedWords(q);
    if (words.length === 0) throw new Fault('query_invalid', 'Bad Request: q: expected a word, an address or a name');
    return ok(await pages.searchObjects({ words, ...only, ...(as_of && { as_of: await history.readTime(as_of) }) }));
  }),
  handle('inventory_facets', async ({ query }) => ok(await pages.countFacets(query))),
];
