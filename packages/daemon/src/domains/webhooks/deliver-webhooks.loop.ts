import type { WebhookEvent } from '@operations-center/contract';
import type { OperationView } from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Loop } from '../../platform/loops.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import { toOperation } from '../operations/operation.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import type { SendMessage } from './send-message.service.ts';
import { attemptsAllowed, pauseAfter } from './webhook.rules.ts';
import type { Answer, StoredDelivery, StoredWebhook } from './webhook.ts';
import { claimTry, findDue, findWebhook, pruneDeliveries, updateDelivery } from './webhooks.store.ts';

/** Sent beside each other. */
const atOnce = 16;
/** Longer than one try can take: after this it is tried again, because whoever tried has died, or could not write. */
const longestTryMs = 60_000;
/** Of what is over, for people to look at; of what waits, so that a dead receiver does not fill the database. */
const keptEnded = 100;
const keptWaiting = 1_000;

export type DeliverParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  send: SendMessage;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  findOperation(id: string): Promise<OperationView | undefined>;
  /** Why nothing may be told, if so. */
  held?(): string | undefined;
};

/**
 * Makes the deliveries that are due. Each is at least once: a receiver knows by its id what it has seen. A try is
 * counted before it is made, so that there are never more than are allowed, whatever fails after it.
 */
export function deliverWebhooks(parts: DeliverParts): Loop {
  const { database } = parts;
  return {
    name: 'webhooks',
    everyMs: 5_000,
    async look(signal) {
      // What a restored database has waiting was told long ago, or is not so any more: a person decides first.
      while (parts.held?.() === undefined) {
        const { due, tries } = await database.write('webhooks due', (tx) => takeDue(parts, tx));
        await Promise.all(tries.map((delivery) => deliver(parts, delivery, signal)));
        if (due < atOnce || signal.aborted) return;
      }
    },
  };
}

/** How many were due, and those of them that are to be tried now. */
async function takeDue(parts: DeliverParts, tx: Tx): Promise<{ due: number; tries: StoredDelivery[] }> {
  const now = parts.clock.nowMs();
  const due = await findDue(tx, now, atOnce);
  const tries: StoredDelivery[] = [];
  for (const delivery of due) {
    if (delivery.attempts >= attemptsAllowed) {
      await giveUp(parts, tx, delivery, now);
      continue;
    }
    const attempts = delivery.attempts + 1;
    const next = { next_at: now + (pauseAfter(attempts) ?? 0), heldMs: longestTryMs };
    await claimTry(tx, { id: delivery.id, attempts }, next);
    tries.push({ ...delivery, attempts });
  }
  return { due: due.length, tries };
}

/** Its last try was made, and nobody lived to write down what came of it, or could. */
async function giveUp(parts: DeliverParts, tx: Tx, delivery: StoredDelivery, now: number): Promise<void> {
  const { webhook, last_at } = delivery;
  const last_answer = 'what came of the last try could not be written down';
  await updateDelivery(tx, delivery, { state: 'given_up', next_at: now, last_at, last_answer });
  await raiseGivenUp(parts, tx, delivery, last_answer);
  await pruneDeliveries(tx, webhook, keptEnded, keptWaiting);
}

async function deliver(parts: DeliverParts, delivery: StoredDelivery, signal: AbortSignal): Promise<void> {
  const { database, clock, send, log } = parts;
  const webhook = await findWebhook(database.read, delivery.webhook);
  if (webhook === undefined) return;
  const view = await parts.findOperation(delivery.operation);
  const message = {
    delivery: delivery.id,
    event: delivery.event as WebhookEvent, // written by this domain only
    at: new Date(delivery.at).toISOString(),
    operation: view === undefined ? null : toOperation(view),
  };
  const answer = await send(webhook, message, signal);
  // Cut off because the daemon stops: it is due again when the time it was held for is over.
  if (signal.aborted && !answer.delivered) return;
  const now = clock.nowMs();
  if (!answer.delivered)
    log.warn({ webhook: webhook.name, delivery: delivery.id, attempt: delivery.attempts }, `webhook: ${answer.text}`);
  await database.write('webhook told', (tx) => record(parts, tx, webhook, delivery, answer, now));
}

async function record(
  parts: DeliverParts,
  tx: Tx,
  webhook: StoredWebhook,
  delivery: StoredDelivery,
  answer: Answer,
  now: number,
): Promise<void> {
  const { warnings } = parts;
  const pause = pauseAfter(delivery.attempts);
  const state = answer.delivered ? 'delivered' : pause === undefined ? 'given_up' : 'waiting';
  const told = { state, next_at: now + (pause ?? 0), last_at: now, last_answer: answer.text } as const;
  if (!(await updateDelivery(tx, delivery, told))) return;
  const dropped = await pruneDeliveries(tx, webhook.name, keptEnded, keptWaiting);
  const subject = warningOf(webhook.name);
  if (state === 'delivered') await warnings.clear(tx, subject);
  if (state === 'given_up') await raiseGivenUp(parts, tx, delivery, answer.text);
  if (dropped > 0) {
    const message = `more than ${keptWaiting} deliveries wait; the oldest were dropped`;
    await warnings.raise(tx, { ...subject, message });
  }
}

function raiseGivenUp({ warnings }: DeliverParts, tx: Tx, delivery: StoredDelivery, answer: string): Promise<void> {
  const { event, operation, webhook } = delivery;
  const message = `${event} of operation ${operation} was not delivered in ${attemptsAllowed} tries: ${answer}`;
  return warnings.raise(tx, { ...warningOf(webhook), message });
}

export const warningOf = (webhook: string) => ({
  type: 'Webhook does not answer',
  scope: 'webhook',
  entity_type: 'webhook',
  entity: webhook,
});
