import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';
import { shareCount } from './share-count.ts';

export type DaemonTables = {
  /** Who works on this database, by the database's clock. */
  daemons: { id: string; lease_until: number };
  /** `owner` is a daemon; the fence counts its changes. */
  daemon_shares: { share: number; owner: string | null; fence: number; lease_until: number };
};

export async function createDaemonTables(db: Kysely<DaemonTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('daemons')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('daemon_shares')
    .addColumn('share', 'integer', (column) => column.primaryKey())
    .addColumn('owner', text)
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .execute();
  const shares = Array.from({ length: shareCount }, (_, share) => ({ share, owner: null, fence: 0, lease_until: 0 }));
  await db.insertInto('daemon_shares').values(shares).execute();
}
