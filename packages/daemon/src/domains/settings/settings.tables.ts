import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type SettingsTables = {
  /** One row a section; `value` is JSON text, secrets in it sealed. */
  settings: { section: string; value: string };
};

export async function createSettingsTables(db: Kysely<SettingsTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('settings')
    .addColumn('section', text, (column) => column.primaryKey())
    .addColumn('value', text, (column) => column.notNull())
    .execute();
}
