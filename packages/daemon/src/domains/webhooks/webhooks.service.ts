import { randomBytes, randomUUID } from 'node:crypto';
import { Fault, type Webhook, type WebhookDelivery } from '@operations-center/contract';
import { afterCommit } from '@operations-center/database';
import type { Rest } from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import type { SendMessage } from './send-message.service.ts';
import { checkWebhook, eventOf, occasionOf, type WebhookWish } from './webhook.rules.ts';
import { type Answer, type StoredWebhook, toDelivery, toWebhook } from './webhook.ts';
import {
  countWaiting,
  deleteWebhook,
  findWebhook,
  insertDelivery,
  insertWebhook,
  listDeliveries,
  listWebhooks,
} from './webhooks.store.ts';

const deliveriesShown = 100;

export type WebhookService = {
  list(): Promise<Webhook[]>;
  /** `webhook_not_found` if there is none. */
  load(name: string): Promise<Webhook>;
  /** The secret that was made, or empty if one was given. */
  create(wish: WebhookWish): Promise<string>;
  remove(name: string): Promise<void>;
  deliveries(name: string): Promise<WebhookDelivery[]>;
  /** One message, now, without the queue. */
  test(name: string, signal: AbortSignal): Promise<Answer & { duration_ms: number }>;
  /** In the transaction that brings an operation to rest: who wants to know is put on the queue. */
  queue(tx: Tx, rest: Rest): Promise<void>;
};

export type WebhookServiceParts = {
  database: MainDatabase;
  clock: Clock;
  sealer: Sealer;
  send: SendMessage;
  /** The webhook is gone: nobody needs to be warned of it any more. */
  forget(tx: Tx, name: string): Promise<void>;
  /** There is something on the queue. */
  nudge(): void;
};

export function makeWebhookService(parts: WebhookServiceParts): WebhookService {
  const { database, clock, sealer, send } = parts;
  const find = async (name: string): Promise<StoredWebhook> =>
    (await findWebhook(database.read, name)) ?? notFound(name);
  const waitingOf = () => countWaiting(database.read);
  return {
    async list() {
      const [webhooks, waiting] = await Promise.all([listWebhooks(database.read), waitingOf()]);
      return webhooks.map((webhook) => toWebhook(webhook, waiting.get(webhook.name) ?? 0));
    },
    load: async (name) => toWebhook(await find(name), (await waitingOf()).get(name) ?? 0),
    async create(wish) {
      checkWebhook(wish);
      const made = wish.secret === '' ? randomBytes(32).toString('hex') : '';
      const webhook = {
        ...wish,
        events: [...new Set(wish.events)],
        secret: sealer.seal(wish.secret || made),
        created_at: clock.nowMs(),
      };
      if (!(await database.write('create webhook', (tx) => insertWebhook(tx, webhook))))
        throw new Fault('webhook_exists', `There is a webhook "${wish.name}" already`, {
          details: { webhook: wish.name },
        });
      return made;
    },
    remove: (name) =>
      database.write('delete webhook', async (tx) => {
        if (!(await deleteWebhook(tx, name))) notFound(name);
        await parts.forget(tx, name);
      }),
    async deliveries(name) {
      await find(name);
      return (await listDeliveries(database.read, name, deliveriesShown)).map(toDelivery);
    },
    async test(name, signal) {
      const webhook = await find(name);
      const began = performance.now();
      const at = new Date(clock.nowMs()).toISOString();
      const answer = await send(webhook, { delivery: randomUUID(), event: 'test', at, operation: null }, signal);
      return { ...answer, duration_ms: Math.round(performance.now() - began) };
    },
    async queue(tx, rest) {
      const event = eventOf(rest);
      const { operation, at } = rest;
      const wanting = (await listWebhooks(tx)).filter(({ events }) => events.includes(event));
      for (const { name } of wanting) {
        const fresh = {
          state: 'waiting' as const,
          attempts: 0,
          next_at: at,
          held_until: 0,
          last_at: null,
          last_answer: '',
        };
        const occasion = occasionOf(rest);
        await insertDelivery(tx, { id: randomUUID(), webhook: name, occasion, event, operation, at, ...fresh });
      }
      if (wanting.length > 0) afterCommit(tx, () => parts.nudge());
    },
  };
}

function notFound(name: string): never {
  throw new Fault('webhook_not_found', 'Webhook not found', { details: { webhook: name.slice(0, 80) } });
}
