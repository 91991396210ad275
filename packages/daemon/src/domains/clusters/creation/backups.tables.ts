import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type BackupTables = {
  /** The Incus application's own backups, kept until the operation that may need them is over. */
  application_backups: { operation: string; server: string; application: string; archive: string; size_bytes: number };
};

export async function createBackupTables(db: Kysely<BackupTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('application_backups')
    .addColumn('operation', text, (column) => column.notNull())
    .addColumn('server', text, (column) => column.notNull())
    .addColumn('application', text, (column) => column.notNull())
    .addColumn('archive', text, (column) => column.notNull())
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('application_backups_key', ['operation', 'server'])
    .execute();
}
