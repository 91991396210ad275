import { type Handler, handle, ok } from '../../platform/http/answer.ts';
import type { UpdateService } from './updates.service.ts';

export const updateHandlers = (service: UpdateService): Handler[] => [
  handle('updates_list', async ({ query }) => {
    const updates = await service.list(query);
    return ok(query.recursion ? updates : updates.map(({ uuid }) => `/1.0/provisioning/updates/${uuid}`));
  }),
];
