import {
  checkIfMatch,
  created,
  empty,
  type Handler,
  handle,
  ok,
  okList,
  okTagged,
} from '../../platform/http/answer.ts';
import { tokenJson, tokenUrl } from './token.ts';
import type { TokenService } from './tokens.service.ts';

export const tokenHandlers = (service: TokenService): Handler[] => [
  handle('tokens_list', async ({ query }) => {
    const tokens = await service.list();
    return query.recursion ? okList(tokens.map(tokenJson)) : ok(tokens.map((token) => tokenUrl(token.uuid)));
  }),
  handle('tokens_create', async ({ body }) => created(tokenUrl(await service.create(body)))),
  handle('token_show', async ({ params }) => okTagged(tokenJson(await service.load(params.uuid)))),
  handle('token_update', async (ask) => {
    await service.update(ask.params.uuid, ask.body, (current) => checkIfMatch(ask, tokenJson(current)));
    return created(tokenUrl(ask.params.uuid));
  }),
  handle('token_delete', async ({ params }) => service.remove(params.uuid).then(() => empty)),
];
