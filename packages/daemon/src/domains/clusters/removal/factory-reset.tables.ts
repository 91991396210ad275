import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type FactoryResetTables = {
  /** Servers that were reset as a way out of an operation: there is nothing on them that could be taken back. */
  factory_resets: { operation: string; server: string; reset_by: string; at: number };
};

export async function createFactoryResetTables(db: Kysely<FactoryResetTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('factory_resets')
    .addColumn('operation', text, (column) => column.notNull())
    .addColumn('server', text, (column) => column.notNull())
    .addColumn('reset_by', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('factory_resets_key', ['operation', 'server'])
    .execute();
}
