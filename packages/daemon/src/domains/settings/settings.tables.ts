import type { Kysely } from 'kysely';

export type SettingsTables = {
  /** One row a section; `value` is JSON text, secrets in it sealed. */
  settings: { section: string; value: string };
};

export const createSettingsTables = (db: Kysely<SettingsTables>): Promise<void> =>
  db.schema
    .createTable('settings')
    .addColumn('section', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
