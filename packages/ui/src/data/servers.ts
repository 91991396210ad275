import type { ServerAnswer } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

/** What lists and pictures show of a server. The documents are a hundred times as long; only its own page asks for them. */
const briefFields = [
  'name',
  'cluster',
  'connection_url',
  'channel',
  'description',
  'server_type',
  'server_status',
  'server_status_detail',
  'server_status_reason',
  'last_seen',
] as const satisfies readonly (keyof ServerAnswer)[];
export type ServerBrief = Pick<ServerAnswer, (typeof briefFields)[number]>;

/** All servers for which the filter is true. */
export const serversQuery = (filter = '') =>
  queryOptions({
    queryKey: ['servers', 'list', filter],
    queryFn: ({ signal }) =>
      // With recursion the answer is objects, with these fields alone.
      ask('servers_list', {
        query: { recursion: '1', fields: briefFields.join(','), ...(filter !== '' && { filter }) },
        signal,
      }) as Promise<ServerBrief[]>,
  });

/** A text inside a filter expression. */
export const quoted = (text: string): string => JSON.stringify(text);

/** One server with all its documents. */
export const serverQuery = (name: string) =>
  queryOptions({
    queryKey: ['servers', 'one', name],
    queryFn: ({ signal }) => ask('server_show', { params: { name }, signal }),
  });
