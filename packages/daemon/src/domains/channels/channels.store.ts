import type { Db } from '../../schema.ts';

/** Update channels. Only `stable` exists until updates are built; servers, tokens and clusters already name one. */
export const hasChannel = async (db: Db, name: string): Promise<boolean> =>
  (await db.selectFrom('channels').select('name').where('name', '=', name).executeTakeFirst()) !== undefined;
