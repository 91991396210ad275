import type { Db, Tx } from '../../schema.ts';
import type { StoredSession } from './session.ts';

export const insertLink = (tx: Tx, link: { key_hash: string; expires_at: number; made_by: string }): Promise<unknown> =>
  tx.insertInto('sign_in_links').values(link).execute();

/** Takes it in one statement, so that it signs one browser in. */
export async function takeLink(tx: Tx, key_hash: string, nowMs: number): Promise<{ made_by: string } | undefined> {
  await tx.deleteFrom('sign_in_links').where('expires_at', '<=', nowMs).execute();
  return tx.deleteFrom('sign_in_links').where('key_hash', '=', key_hash).returning('made_by').executeTakeFirst();
}

export const insertSession = (tx: Tx, session: StoredSession): Promise<unknown> =>
  tx.insertInto('sessions').values(session).execute();

export const listSessions = (db: Db): Promise<StoredSession[]> =>
  db.selectFrom('sessions').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();

export const touchSession = (tx: Tx, id: string, seen_at: number): Promise<unknown> =>
  tx.updateTable('sessions').set({ seen_at }).where('id', '=', id).where('seen_at', '<', seen_at).execute();

export const deleteSession = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.deleteFrom('sessions').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;

export const deleteDeadSessions = (tx: Tx, expiredBefore: number, seenBefore: number): Promise<unknown> =>
  tx
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('expires_at', '<=', expiredBefore), eb('seen_at', '<=', seenBefore)]))
    .execute();
