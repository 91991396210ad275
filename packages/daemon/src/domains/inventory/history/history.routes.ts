import { type Handler, handle, ok } from '../../../platform/http/answer.ts';
import type { HistoryService } from './history.service.ts';
import { stampOf } from './microseconds.ts';

export const historyHandlers = (history: HistoryService): Handler[] => [
  handle('inventory_history_usage', async () => {
    const { kept_since, versions, bytes, allowed } = await history.usage();
    return ok({
      ...{ kept_since: stampOf(kept_since), versions, bytes },
      ...{ days: allowed.days, bytes_allowed: allowed.bytes },
    });
  }),
  handle('inventory_history_show', async ({ params, query }) => ok(await history.ofObject(params.uuid, query))),
  handle('inventory_diff', async ({ query }) => ok(await history.diff(query))),
  handle('inventory_diff_totals', async ({ query }) => ok(await history.totals(query))),
];
