import type { WebhookEvent } from '@operations-center/contract';
import { dialectOf, nowMsText } from '@operations-center/database';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Sealed } from '../../platform/keys/sealing.ts';
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

/** What is due by the policy clock, and by the database's clock is not being tried by anybody. */
export const findDue = (tx: Tx, now: number, limit: number): Promise<StoredDelivery[]> =>
  tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now)
    .where('held_until', '<=', databaseNow(tx))
    .orderBy('next_at')
    .limit(limit)
    .execute();

/** Writes down a try before it is made. Until `heldMs` have passed nobody makes another, also if we die meanwhile. */
export async function claimTry(
  tx: Tx,
  { id, attempts }: Pick<StoredDelivery, 'id' | 'attempts'>,
  next: { next_at: number; heldMs: number },
): Promise<void> {
  const held_until = sql<number>`${databaseNow(tx)} + ${next.heldMs}`;
  await tx
    .updateTable('webhook_deliveries')
    .set({ attempts, next_at: next.next_at, held_until })
    .where('id', '=', id)
    .execute();
}

/** Leases live by it, never by a daemon's own (engineering E7): daemons whose clocks differ do not try at once. */
const databaseNow = (tx: Tx): RawBuilder<number> => sql<number>`${sql.raw(nowMsText(dialectOf(tx)))}`;

/** What came of a try; false: it is not for that one to say any more. */
export async function updateDelivery(
  tx: Tx,
  { id, attempts }: Pick<StoredDelivery, 'id' | 'attempts'>,
  change: Pick<StoredDelivery, 'state' | 'next_at' | 'last_at' | 'last_answer'>,
): Promise<boolean> {
  const of = tx
    .updateTable('webhook_deliveries')
    .set({ ...change, held_until: 0 })
    .where('id', '=', id);
  // That it was taken is so, whoever tries meanwhile; that one try failed is nothing beside a newer one.
  const still = change.state === 'delivered' ? of : of.where('attempts', '=', attempts).where('state', '=', 'waiting');
  return (await still.executeTakeFirst()).numUpdatedRows > 0n;
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
