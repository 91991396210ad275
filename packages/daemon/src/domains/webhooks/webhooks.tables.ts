import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';
import type { StoredDelivery } from './webhook.ts';

export type WebhookTables = {
  webhooks: {
    name: string;
    url: string;
    /** Sealed. */
    secret: string;
    /** JSON list. */
    events: string;
    certificate: string;
    created_at: number;
  };
  webhook_deliveries: StoredDelivery;
};

export async function createWebhookTables(db: Kysely<WebhookTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('webhooks')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('events', text, (column) => column.notNull())
    .addColumn('certificate', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('webhook', text, (column) => column.notNull().references('webhooks.name').onDelete('cascade'))
    .addColumn('occasion', text, (column) => column.notNull())
    .addColumn('event', text, (column) => column.notNull())
    .addColumn('operation', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint')
    .addColumn('last_answer', text, (column) => column.notNull())
    .addUniqueConstraint('webhook_deliveries_occasion', ['webhook', 'occasion'])
    .execute();
  await db.schema
    .createIndex('webhook_deliveries_due')
    .on('webhook_deliveries')
    .columns(['state', 'next_at'])
    .execute();
  await db.schema
    .createIndex('webhook_deliveries_webhook')
    .on('webhook_deliveries')
    .columns(['webhook', 'at', 'id'])
    .execute();
}

/** Who tries holds the row by the database's clock; `next_at` is the policy's. */
export async function addHeldUntil(db: Kysely<WebhookTables>): Promise<void> {
  await db.schema
    .alterTable('webhook_deliveries')
    .addColumn('held_until', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}
