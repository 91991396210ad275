import type { ServerAnswer } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

/** All servers for which the filter is true, with all that is known of them. */
export const serversQuery = (filter = '') =>
  queryOptions({
    queryKey: ['servers', 'list', filter],
    queryFn: ({ signal }) =>
      // With recursion the answer is objects, not addresses.
      ask('servers_list', {
        query: { recursion: '1', ...(filter !== '' && { filter }) },
        signal,
      }) as Promise<ServerAnswer[]>,
  });

/** A text inside a filter expression. */
export const quoted = (text: string): string => JSON.stringify(text);
