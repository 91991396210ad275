import type { Channel } from '@operations-center/contract';
import type { Db } from '../../schema.ts';

/** Update channels. Only `stable` exists until updates are built; servers, tokens and clusters already name one. */
export const hasChannel = async (db: Db, name: string): Promise<boolean> =>
  (await db.selectFrom('channels').select('name').where('name', '=', name).executeTakeFirst()) !== undefined;

export async function listChannels(db: Db): Promise<Channel[]> {
  const rows = await db.selectFrom('channels').selectAll().orderBy('name').execute();
  return rows.map(({ name, description, last_updated }) => ({
    description,
    name,
    last_updated: new Date(last_updated).toISOString(),
  }));
}
