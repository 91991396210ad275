import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type WarningTables = {
  warnings: {
    uuid: string;
    status: 'new' | 'acknowledged';
    type: string;
    scope: string;
    entity_type: string;
    entity: string;
    /** JSON list of texts, the latest last. */
    messages: string;
    count: number;
    first_occurrence: number;
    last_occurrence: number;
    last_updated: number;
  };
};

export async function createWarningTables(db: Kysely<WarningTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('warnings')
    .addColumn('uuid', text, (column) => column.primaryKey())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('entity_type', text, (column) => column.notNull())
    .addColumn('entity', text, (column) => column.notNull())
    .addColumn('messages', text, (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('first_occurrence', 'bigint', (column) => column.notNull())
    .addColumn('last_occurrence', 'bigint', (column) => column.notNull())
    .addColumn('last_updated', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('warnings_scope', ['type', 'scope', 'entity_type', 'entity'])
    .execute();
}
