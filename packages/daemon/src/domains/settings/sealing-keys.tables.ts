import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type SealingKeyTables = {
  /** Keys of before the last rotations; the present key is never in the database. */
  retired_sealing_keys: {
    /** The key's check value: what tells it from others. */
    check_value: string;
    /** Hex digits, sealed with the present key. */
    key: string;
    retired_at: number;
    /** The audit's entries up to this number are chained with it. */
    audit_until: number;
  };
};

export async function createSealingKeyTables(db: Kysely<SealingKeyTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('retired_sealing_keys')
    .addColumn('check_value', text, (column) => column.primaryKey())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('retired_at', 'bigint', (column) => column.notNull())
    .addColumn('audit_until', 'bigint', (column) => column.notNull())
    .execute();
}
