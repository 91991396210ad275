import { z } from 'zod';
import { route } from '../route.ts';
import { empty, nothing, recursion, text, time, urls, wireObject } from '../wire.ts';

/** A registration token: who shows it may register as a server, `uses_remaining` times, until `expire_at`. */
export const token = z.object({
  uses_remaining: z.number().int().describe('How many servers may still register with it'),
  expire_at: z.string().describe('RFC 3339'),
  description: z.string(),
  channel: z.string().describe('Update channel of the servers that register with it'),
  uuid: z.string(),
});
export type Token = z.output<typeof token>;

const tokenPut = wireObject({
  uses_remaining: z.number().int().default(0),
  expire_at: time.default('0001-01-01T00:00:00Z'),
  description: text,
  channel: text.describe('Empty: the default channel for servers'),
});

const path = '/1.0/provisioning/tokens';

export const tokenRoutes = {
  tokens_list: route({
    name: 'tokens_list',
    method: 'GET',
    path,
    about: 'List the registration tokens',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(token)]),
    success: 200,
    faults: [],
  }),
  tokens_create: route({
    name: 'tokens_create',
    method: 'POST',
    path,
    about: 'Create a registration token; its UUID is in Location',
    access: 'can_create',
    secrets: ['location'],
    body: tokenPut,
    answer: nothing,
    success: 201,
    faults: ['token_invalid', 'channel_unknown'],
  }),
  token_show: route({
    name: 'token_show',
    method: 'GET',
    path: `${path}/{uuid}`,
    about: 'Show a registration token',
    access: 'can_view',
    answer: token,
    success: 200,
    faults: ['token_not_found', 'query_invalid'],
  }),
  token_update: route({
    name: 'token_update',
    method: 'PUT',
    path: `${path}/{uuid}`,
    about: 'Replace a registration token',
    access: 'can_edit',
    secrets: ['uuid'],
    body: tokenPut,
    answer: nothing,
    success: 201,
    faults: ['token_not_found', 'token_invalid', 'channel_unknown', 'etag_mismatch', 'query_invalid'],
  }),
  token_delete: route({
    name: 'token_delete',
    method: 'DELETE',
    path: `${path}/{uuid}`,
    about: 'Delete a registration token',
    access: 'can_delete',
    secrets: ['uuid'],
    answer: empty,
    success: 200,
    faults: ['token_not_found', 'query_invalid'],
  }),
};
