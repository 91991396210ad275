import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';
import { entriesOf, isRunning } from './audit.rules.ts';

export type AuditWish = { who?: string; what?: string; object?: string };

export const auditQuery = (wish: AuditWish) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', wish],
    queryFn: ({ signal, pageParam }) =>
      ask('audit_list', { query: { ...wish, limit: '100', cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    // Each change of anything is an entry: what is looked at is what was there when it was opened.
    staleTime: 0,
  });

const lookEveryMs = 1_000;

/**
 * The newest entries about one thing, kept below the query of that thing: what changes it asks for them anew. No event tells
 * how a request ended, so while one runs it is looked at again.
 */
export const auditOfQuery = (thing: readonly string[], path: string) =>
  queryOptions({
    queryKey: [...thing, 'audit'],
    queryFn: async ({ signal }) => {
      const { entries, cursor } = await ask('audit_list', { query: { object: path, limit: '100' }, signal });
      return { entries: entriesOf(path, entries), hasOlder: cursor !== null };
    },
    refetchInterval: ({ state: { data } }) => (data?.entries.some(isRunning) ? lookEveryMs : false),
    staleTime: 0,
  });
