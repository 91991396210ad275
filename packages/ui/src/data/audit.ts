import { infiniteQueryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

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
