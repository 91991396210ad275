import { Fault } from '@operations-center/contract';
import type { HistoryService } from '../history/history.service.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import type { FacetAsk, Facets, SearchAsk, SearchPage } from './search.store.ts';
import { askedWords } from './words.ts';

export type SearchService = {
  find(text: string, ask: Omit<SearchAsk, 'words' | 'as_of'> & { asOf?: string | undefined }): Promise<SearchPage>;
  count(ask: FacetAsk): Promise<Facets>;
};

export const makeSearchService = (parts: {
  pages: Pick<InventoryWork, 'searchObjects' | 'countFacets'>;
  history: Pick<HistoryService, 'readTime'>;
}): SearchService => ({
  async find(text, { asOf, ...ask }) {
    const words = askedWords(text);
    if (words.length === 0) throw new Fault('query_invalid', 'Bad Request: q: expected a word, an address or a name');
    const as_of = asOf === undefined ? undefined : await parts.history.readTime(asOf);
    return parts.pages.searchObjects({ words, ...ask, as_of });
  },
  count: (ask) => parts.pages.countFacets(ask),
});
