import { Fault } from '@operations-center/contract';
import { type Handler, handle, ok, okTagged } from '../../platform/http/answer.ts';
import type { MainDatabase } from '../../schema.ts';
import { listChannels } from './channels.store.ts';

export const channelHandlers = (database: MainDatabase): Handler[] => [
  handle('channels_list', async ({ query }) => {
    const channels = await listChannels(database.read);
    return ok(
      query.recursion ? channels : channels.map(({ name }) => `/1.0/provisioning/channels/${encodeURIComponent(name)}`),
    );
  }),
  handle('channel_show', async ({ params }) => {
    const found = (await listChannels(database.read)).find(({ name }) => name === params.name);
    if (found === undefined) throw new Fault('channel_not_found', 'Not found', { details: { channel: params.name } });
    return okTagged(JSON.stringify(found));
  }),
];
