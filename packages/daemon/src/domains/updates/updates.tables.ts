import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type UpdateTables = {
  /** Updates that servers can fetch from us. Nothing fills it until updates are built. */
  updates: {
    uuid: string;
    /** `202609010000`: sorts as text. */
    version: string;
    published_at: string;
    severity: string;
    origin: string;
    url: string;
    /** JSON lists of names. */
    channels: string;
    upstream_channels: string;
    update_status: 'unknown' | 'pending' | 'ready';
  };
};

export async function createUpdateTables(db: Kysely<UpdateTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('updates')
    .addColumn('uuid', text, (column) => column.primaryKey())
    .addColumn('version', text, (column) => column.notNull())
    .addColumn('published_at', text, (column) => column.notNull())
    .addColumn('severity', text, (column) => column.notNull())
    .addColumn('origin', text, (column) => column.notNull())
    .addColumn('url', text, (column) => column.notNull())
    .addColumn('channels', text, (column) => column.notNull())
    .addColumn('upstream_channels', text, (column) => column.notNull())
    .addColumn('update_status', text, (column) => column.notNull())
    .execute();
}
