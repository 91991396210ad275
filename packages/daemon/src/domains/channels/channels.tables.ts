import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type ChannelTables = {
  channels: { name: string; description: string; last_updated: number };
};

export async function createChannelTables(
  db: Kysely<ChannelTables>,
  dialect: DialectName,
  nowMs: number,
): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('channels')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('last_updated', 'bigint', (column) => column.notNull())
    .execute();
  await db
    .insertInto('channels')
    .values({ name: 'stable', description: 'Stable updates channel', last_updated: nowMs })
    .execute();
}
