import { type Handler, handle, ok, okTagged } from '../../platform/http/answer.ts';
import type { ChannelService } from './channels.service.ts';

export const channelHandlers = (service: ChannelService): Handler[] => [
  handle('channels_list', async ({ query }) => {
    const channels = await service.list();
    return ok(query.recursion ? channels : channels.map(({ name }) => channelUrl(name)));
  }),
  handle('channel_show', async ({ params }) => okTagged(JSON.stringify(await service.load(params.name)))),
];

const channelUrl = (name: string): string => `/1.0/provisioning/channels/${encodeURIComponent(name)}`;
