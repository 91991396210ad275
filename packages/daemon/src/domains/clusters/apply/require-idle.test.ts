import type { OperationFilter, OperationView, Page } from '@operations-center/workflow';
import { expect, test } from 'vitest';
import { requireIdle } from './require-idle.service.ts';

/** As much of an operation as is told. */
const open = { id: 'op1', about: 'Apply a configuration to cluster "wonderful": 1 item to change' } as OperationView;
const pageOf = (filter: OperationFilter): Page<OperationView> => {
  const isIt = filter.open === true && filter.claims?.join() === 'cluster/wonderful';
  return { items: isIt ? [open] : [], next: null };
};
const operations = { page: async (filter: OperationFilter) => pageOf(filter) };

test('a cluster keeps its name while a file is applied to it; others do not', async () => {
  await expect(requireIdle(operations, 'wonderful')).rejects.toMatchObject({
    code: 'operation_in_progress',
    details: { operation: 'op1', cluster: 'wonderful' },
  });
  await expect(requireIdle(operations, 'other')).resolves.toBeUndefined();
});
