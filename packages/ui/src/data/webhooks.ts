import type { Webhook } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

// Below "system", as their addresses are: that is what their events name.
export const webhooksQuery = () =>
  queryOptions({
    queryKey: ['system', 'webhooks'],
    queryFn: ({ signal }) => ask('webhooks_list', { query: { recursion: '1' }, signal }) as Promise<Webhook[]>, // with recursion: objects
  });

export const deliveriesQuery = (name: string) =>
  queryOptions({
    queryKey: ['system', 'webhooks', name, 'deliveries'],
    queryFn: ({ signal }) => ask('webhook_deliveries', { params: { name }, signal }),
    // No event tells of a try: what is looked at is what was there when it was opened.
    staleTime: 0,
  });
