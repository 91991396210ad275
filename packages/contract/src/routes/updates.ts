import { z } from 'zod';
import { route } from '../route.ts';
import { recursion, urls } from '../wire.ts';

/** An update that servers can fetch from us; newest first in every list, because IncusOS takes the first that fits. */
export const update = z.object({
  channels: z.array(z.string()),
  uuid: z.string(),
  version: z.string(),
  published_at: z.string(),
  severity: z.string(),
  origin: z.string(),
  url: z.string(),
  upstream_channels: z.array(z.string()),
  update_status: z.enum(['unknown', 'pending', 'ready']),
});
export type Update = z.output<typeof update>;

export const channel = z.object({ description: z.string(), name: z.string(), last_updated: z.string() });
export type Channel = z.output<typeof channel>;

export const updateRoutes = {
  updates_list: route({
    name: 'updates_list',
    method: 'GET',
    path: '/1.0/provisioning/updates',
    about: 'List the updates, newest first',
    access: 'anonymous',
    query: z.object({
      recursion,
      channel: z.string().optional().describe('Only updates of this upstream channel'),
      origin: z.string().optional(),
      status: z.string().optional(),
    }),
    answer: z.union([urls, z.array(update)]),
    success: 200,
    faults: ['query_invalid'],
  }),
  channels_list: route({
    name: 'channels_list',
    method: 'GET',
    path: '/1.0/provisioning/channels',
    about: 'List the update channels',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(channel)]),
    success: 200,
    faults: [],
  }),
  channel_show: route({
    name: 'channel_show',
    method: 'GET',
    path: '/1.0/provisioning/channels/{name}',
    about: 'Show an update channel',
    access: 'can_view',
    answer: channel,
    success: 200,
    faults: ['channel_not_found'],
  }),
};
