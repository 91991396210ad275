import type { Webhook, WebhookDelivery, WebhookEvent } from '@operations-center/contract';
import type { Sealed } from '../../platform/keys/sealing.ts';

export type StoredWebhook = {
  name: string;
  url: string;
  secret: Sealed;
  events: readonly WebhookEvent[];
  certificate: string;
  created_at: number;
};
/** What one webhook is to be told: on the queue while it waits, a record afterwards. */
export type StoredDelivery = {
  id: string;
  webhook: string;
  /** Operation, event and last record: the same rest told again is the same delivery. */
  occasion: string;
  event: string;
  operation: string;
  at: number;
  state: 'waiting' | 'delivered' | 'given_up';
  /** Tries that were begun; each is written down before it is made. */
  attempts: number;
  /** While it waits: the next try, by the policy clock. */
  next_at: number;
  /** Until then somebody tries, by the database's clock. */
  held_until: number;
  last_at: number | null;
  last_answer: string;
};

/** What is sent, before it is signed. */
export type Message = { delivery: string; event: WebhookEvent | 'test'; at: string; operation: object | null };

/** What came of one try. */
export type Answer = { delivered: boolean; text: string };

export const webhooksPath = '/1.0/system/webhooks';
export const webhookUrl = (name: string): string => `${webhooksPath}/${encodeURIComponent(name)}`;

/** Without its secret. */
export const toWebhook = ({ name, url, events, certificate, created_at }: StoredWebhook, waiting: number): Webhook => ({
  name,
  url,
  events: [...events],
  certificate,
  created_at: toTime(created_at),
  waiting,
});

export const toDelivery = (row: StoredDelivery): WebhookDelivery => ({
  id: row.id,
  event: row.event as WebhookEvent, // written by this domain only
  operation: `/1.0/operations/${row.operation}`,
  at: toTime(row.at),
  state: row.state,
  attempts: row.attempts,
  next_at: row.state === 'waiting' ? toTime(row.next_at) : null,
  last_at: row.last_at === null ? null : toTime(row.last_at),
  last_answer: row.last_answer,
});

const toTime = (epochMs: number): string => new Date(epochMs).toISOString();
