import type { Token } from '@operations-center/contract';
import type { Db, Tx } from '../../schema.ts';
import type { TokenWish } from './token.ts';

const columns = ['uses_remaining', 'expire_at', 'description', 'channel', 'uuid'] as const;

export const listTokens = (db: Db): Promise<Token[]> =>
  db.selectFrom('tokens').select(columns).orderBy('uuid').execute();

export const findToken = (db: Db, uuid: string): Promise<Token | undefined> =>
  db.selectFrom('tokens').select(columns).where('uuid', '=', uuid).executeTakeFirst();

/** `auto_remove`: it goes away with its last use. */
export async function insertToken(tx: Tx, uuid: string, wish: TokenWish, auto_remove: 0 | 1 = 0): Promise<void> {
  await tx
    .insertInto('tokens')
    .values({ ...wish, uuid, expire_at_ms: Date.parse(wish.expire_at), auto_remove })
    .execute();
}

export async function updateToken(tx: Tx, uuid: string, wish: TokenWish): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({ ...wish, expire_at_ms: Date.parse(wish.expire_at), auto_remove: 0 })
    .where('uuid', '=', uuid)
    .execute();
}

export const deleteToken = async (tx: Tx, uuid: string): Promise<boolean> =>
  (await tx.deleteFrom('tokens').where('uuid', '=', uuid).executeTakeFirst()).numDeletedRows > 0n;

/** Takes one use in one statement, so that two servers at once cannot take the last one twice. */
export async function takeUse(tx: Tx, uuid: string, nowMs: number): Promise<{ channel: string } | undefined> {
  const taken = await tx
    .updateTable('tokens')
    .set((eb) => ({ uses_remaining: eb('uses_remaining', '-', 1) }))
    .where('uuid', '=', uuid)
    .where('uses_remaining', '>', 0)
    .where('expire_at_ms', '>=', nowMs)
    .returning(['channel', 'uses_remaining', 'auto_remove'])
    .executeTakeFirst();
  if (taken !== undefined && taken.auto_remove === 1 && taken.uses_remaining === 0) await deleteToken(tx, uuid);
  return taken;
}
