import type { Migration } from '@operations-center/database';
import { createChannelTables } from './domains/channels/channels.tables.ts';
import { createBackupTables } from './domains/clusters/backups.tables.ts';
import { createSettingsTables } from './domains/settings/settings.tables.ts';
import { createTokenTables } from './domains/tokens/tokens.tables.ts';
import type { Schema } from './schema.ts';

/** The history of the main database. A released entry is never changed; a new one is added below. */
export const migrations: readonly Migration[] = [
  {
    name: '0001-first',
    async up(tx, _dialect) {
      const db = tx.withTables<Schema>();
      await createSettingsTables(db);
      await createChannelTables(db, Date.now());
      await createTokenTables(db);
      await createBackupTables(db);
    },
  },
];
