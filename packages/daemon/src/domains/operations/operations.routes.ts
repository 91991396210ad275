import type { Operation } from '@operations-center/contract';
import type { OperationView } from '@operations-center/workflow';
import { type Answer, type Handler, handle, ok } from '../../platform/http/answer.ts';
import { nextLink, toFilter } from './list-query.ts';
import { operationsPath, operationUrl, toJournalLine, toOperation } from './operation.ts';
import type { OperationService } from './operations.service.ts';

/** Longest that one request waits; a client asks again. */
const longestWaitMs = 86_400_000;

const answer = async (asked: Promise<OperationView>): Promise<Answer> => ok(toOperation(await asked));

export const operationHandlers = (service: OperationService): Handler[] => [
  handle('operations_list', async ({ query }) => {
    const { items, next } = await service.page(toFilter(query));
    const answer = ok(groupByStatus(items.map(toOperation), query.recursion));
    return next === null ? answer : { ...answer, link: nextLink(operationsPath, query, next) };
  }),
  handle('operation_show', ({ params }) => answer(service.load(params.id))),
  handle('operation_wait', async ({ params, query, signal }) => {
    const limit = AbortSignal.timeout(query.timeout < 0 ? longestWaitMs : query.timeout * 1000);
    const rest = service.wait(params.id, AbortSignal.any([signal, limit]));
    return answer(rest.catch((error: unknown) => (limit.aborted ? service.load(params.id) : Promise.reject(error))));
  }),
  handle('operation_journal', async ({ params, query }) =>
    ok((await service.journal(params.id, query.after, query.limit)).map(toJournalLine)),
  ),
  handle('operation_cancel', ({ params }) => answer(service.take('cancel', params.id))),
  handle('operation_retry', ({ params }) => answer(service.take('retry', params.id))),
  handle('operation_finish', ({ params }) => answer(service.take('finish', params.id))),
  handle('operation_skip', ({ params }) => answer(service.take('skip', params.id))),
  handle('operation_resume', ({ params }) => answer(service.take('resume', params.id))),
  handle('operation_undo', ({ params }) => answer(service.take('undo', params.id))),
  handle('operation_leave', ({ params }) => answer(service.take('leave', params.id))),
];

/** As Incus lists them: a map from the status, in small letters, to URLs or objects. */
function groupByStatus(operations: readonly Operation[], objects: boolean): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const operation of operations) {
    (groups[operation.status.toLowerCase()] ??= []).push(objects ? operation : operationUrl(operation.id));
  }
  return groups;
}
