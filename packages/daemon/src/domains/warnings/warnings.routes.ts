import { checkIfMatch, created, type Handler, handle, okList, okTagged } from '../../platform/http/answer.ts';
import { warningJson, warningUrl } from './warning.ts';
import type { WarningService } from './warnings.service.ts';

export const warningHandlers = (service: WarningService): Handler[] => [
  handle('warnings_list', async () => okList((await service.list()).map(warningJson))),
  handle('warning_show', async ({ params }) => okTagged(warningJson(await service.load(params.uuid)))),
  handle('warning_update', async (ask) => {
    await service.setStatus(ask.params.uuid, ask.body.status, (current) => checkIfMatch(ask, warningJson(current)));
    return created(warningUrl(ask.params.uuid));
  }),
];
