import type { Token } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

export const tokensQuery = () =>
  queryOptions({
    queryKey: ['tokens', 'list'],
    queryFn: ({ signal }) => ask('tokens_list', { query: { recursion: '1' }, signal }) as Promise<Token[]>, // with recursion: objects
  });
