import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type TokenTables = {
  tokens: {
    uuid: string;
    uses_remaining: number;
    /** As it was sent. */
    expire_at: string;
    expire_at_ms: number;
    description: string;
    channel: string;
    /** 1: goes away with its last use. */
    auto_remove: number;
  };
};

export async function createTokenTables(db: Kysely<TokenTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('tokens')
    .addColumn('uuid', text, (column) => column.primaryKey())
    .addColumn('uses_remaining', 'integer', (column) => column.notNull())
    .addColumn('expire_at', text, (column) => column.notNull())
    .addColumn('expire_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('channel', text, (column) => column.notNull().references('channels.name'))
    .addColumn('auto_remove', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
