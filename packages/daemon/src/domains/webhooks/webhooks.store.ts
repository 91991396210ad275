import type { WebhookEvent } from '@operations-center/contract';
import type { Selectable } from 'kysely';
import type { Sealed } from '../../platform/sealing.ts';
import type { Db, Tx } from '../../schema.ts';
import type { StoredDelivery, StoredWebhook } from './webhook.ts';
import type { WebhookTables } from './webhooks.tables.ts';

export async function listWebhooks(db: Db): Promise<StoredWebhook[]> {
  return (await db.selectFrom('webhooks').selectAll().orderBy('name').execute()).map(toStored);
}

export async function findWebhook(db: Db, name: string): Promise<StoredWebhook | undefined> {
  const row = await db.selectFrom('webhooks').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** False if there is one of that name. */
export async function insertWebhook(tx: Tx, webhook: StoredWebhook): Promise<boolean> {
  const row = { ...webhook, events: JSON.stringify(webhook.events) };
  const done = await tx
    .insertInto('webhooks')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

export async function deleteWebhook(tx: Tx, name: string): Promise<boolean> {
  await tx.deleteFrom('webhook_deliveries').where('webhook', '=', name).execute();
  return (await tx.deleteFrom('webhooks').where('name', '=', name).executeTakeFirst()).numDeletedRows > 0n;
}

/** Adds to the queue; what is there already stays as it is. */
export async function insertDelivery(tx: Tx, delivery: StoredDelivery): Promise<void> {
  await tx
    .insertInto('webhook_deliveries')
    .values(delivery)
    .onConflict((conflict) => conflict.columns(['webhook', 'occasion']).doNothing())
    .execute();
}

export const listDeliveries = (db: Db, webhook: string, limit: number): Promise<StoredDelivery[]> =>
  db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook', '=', webhook)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();

export async function countWaiting(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select(['webhook', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'waiting')
    .groupBy('webhook')
    .execute();
  return new Map(rows.map(({ webhook, count }) => [webhook, count]));
}

/** Takes what is due: until `heldUntil` nobody else tries it, also if we die meanwhile. */
export function takeDue(tx: Tx, due: { now: number; heldUntil: number; limit: number }): Promise<StoredDelivery[]> {
  const waiting = tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('state', '=', 'waiting')
    .where('next_at', '<=', due.now)
    .orderBy('next_at')
    .limit(due.limit);
  return tx
    .updateTable('webhook_deliveries')
    .set((eb) => ({ next_at: due.heldUntil, attempts: eb('attempts', '+', 1) }))
    .where('id', 'in', waiting)
    .where('next_at', '<=', due.now)
    .returningAll()
    .execute();
}

export async function updateDelivery(
  tx: Tx,
  id: string,
  change: Pick<StoredDelivery, 'state' | 'next_at' | 'last_at' | 'last_answer'>,
): Promise<void> {
  await tx.updateTable('webhook_deliveries').set(change).where('id', '=', id).execute();
}

/** Of what is over, the newest `kept` stay; of what waits, the newest `waiting`: how many were dropped of these. */
export async function pruneDeliveries(tx: Tx, webhook: string, kept: number, waiting: number): Promise<number> {
  await pruneState(tx, webhook, ['delivered', 'given_up'], kept);
  return pruneState(tx, webhook, ['waiting'], waiting);
}

async function pruneState(
  tx: Tx,
  webhook: string,
  states: readonly StoredDelivery['state'][],
  kept: number,
): Promise<number> {
  const over = await tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook', '=', webhook)
    .where('state', 'in', states)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1_000)
    .offset(kept)
    .execute();
  if (over.length === 0) return 0;
  const ids = over.map(({ id }) => id);
  await tx.deleteFrom('webhook_deliveries').where('id', 'in', ids).execute();
  return ids.length;
}

const toStored = (row: Selectable<WebhookTables['webhooks']>): StoredWebhook => ({
  ...row,
  secret: row.secret as Sealed, // written by this domain only
  events: JSON.parse(row.events) as WebhookEvent[],
});
