import type { Operation, OperationExit } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';
import { isResting } from './operation.rules.ts';

export type OperationWish = { open?: 'true' | 'false'; cluster?: string; server?: string; limit?: string };

/** Newest first. */
export const operationsQuery = (wish: OperationWish = {}) =>
  queryOptions({
    queryKey: ['operations', 'list', wish],
    queryFn: async ({ signal }) => {
      const groups = await ask('operations_list', { query: { recursion: '1', limit: '500', ...wish }, signal });
      // With recursion the groups hold objects, not addresses.
      const all = Object.values(groups).flat() as Operation[];
      return all.sort((a, b) => b.created_at.localeCompare(a.created_at));
    },
  });

/** No event says what a wait has seen last: while it moves, it is looked at every second, as the command line does. */
const lookEveryMs = 1_000;

export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: ['operations', 'one', id],
    queryFn: ({ signal }) => ask('operation_show', { params: { id }, signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined || isResting(data) ? false : lookEveryMs),
  });

export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: ['operations', 'one', id, 'journal'],
    queryFn: ({ signal }) => ask('operation_journal', { params: { id }, signal }),
  });

export const takeExit = (id: string, exit: OperationExit): Promise<Operation> =>
  ask(`operation_${exit}`, { params: { id } });
