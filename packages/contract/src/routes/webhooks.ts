import { z } from 'zod';
import { route } from '../route.ts';
import { empty, recursion, text, urls, wireObject } from '../wire.ts';

const extension = 'webhooks';
const path = '/1.0/system/webhooks';
const when = z.string().describe('RFC 3339');

/** What an operation can be told of when it comes to rest. */
export const webhookEvent = z.enum(['needs_attention', 'paused', 'failed', 'cancelled', 'finished', 'left']);
export type WebhookEvent = z.output<typeof webhookEvent>;

export const webhook = z.object({
  name: z.string(),
  url: z.string(),
  events: z.array(webhookEvent),
  certificate: z.string().describe('PEM: trusted beside the public authorities; empty: only they are'),
  created_at: when,
  waiting: z.number().int().describe('Deliveries that are still to be made'),
});
export type Webhook = z.output<typeof webhook>;

export const webhookDelivery = z.object({
  id: z.string().describe('The same for every try: a receiver knows by it what it has seen already'),
  event: webhookEvent,
  operation: z.string().describe('URL of the operation'),
  at: when.describe('When it happened'),
  state: z.enum(['waiting', 'delivered', 'given_up']),
  attempts: z.number().int(),
  next_at: when.nullable().describe('The next try'),
  last_at: when.nullable().describe('The last try'),
  last_answer: z.string().describe('What came of the last try'),
});
export type WebhookDelivery = z.output<typeof webhookDelivery>;

export const webhookTest = z.object({
  delivered: z.boolean(),
  answer: z.string().describe('What came of it'),
  duration_ms: z.number().int(),
});

export const webhookRoutes = {
  webhooks_list: route({
    name: 'webhooks_list',
    method: 'GET',
    path,
    about: 'List the webhooks',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(webhook)]),
    success: 200,
    faults: [],
    extension,
  }),
  webhooks_create: route({
    name: 'webhooks_create',
    method: 'POST',
    path,
    about: 'Add a webhook: a URL that is told when an operation needs attention or fails',
    access: 'can_create',
    body: wireObject({
      name: text,
      url: text.describe('http or https'),
      secret: text.describe('Signs what is sent; empty: one is made, and answered this once'),
      events: z.array(webhookEvent).default(['needs_attention', 'paused', 'failed']),
      certificate: text.describe('PEM: trusted beside the public authorities'),
    }),
    answer: z.object({ secret: z.string().describe('The secret that was made; empty if one was given') }),
    success: 201,
    faults: ['webhook_invalid', 'webhook_exists'],
    extension,
  }),
  webhook_show: route({
    name: 'webhook_show',
    method: 'GET',
    path: `${path}/{name}`,
    about: 'Show a webhook; its secret is never shown again',
    access: 'can_view',
    answer: webhook,
    success: 200,
    faults: ['webhook_not_found'],
    extension,
  }),
  webhook_delete: route({
    name: 'webhook_delete',
    method: 'DELETE',
    path: `${path}/{name}`,
    about: 'Remove a webhook; what it was still to be told is dropped',
    access: 'can_delete',
    answer: empty,
    success: 200,
    faults: ['webhook_not_found'],
    extension,
  }),
  webhook_deliveries: route({
    name: 'webhook_deliveries',
    method: 'GET',
    path: `${path}/{name}/deliveries`,
    about: 'List the last deliveries of a webhook, newest first',
    access: 'can_view',
    answer: z.array(webhookDelivery),
    success: 200,
    faults: ['webhook_not_found'],
    extension,
  }),
  webhook_test: route({
    name: 'webhook_test',
    method: 'POST',
    path: `${path}/{name}/:test`,
    about: 'Send a webhook a message of the event "test", once, and say what came of it',
    access: 'can_edit',
    answer: webhookTest,
    success: 200,
    faults: ['webhook_not_found'],
    extension,
  }),
};
