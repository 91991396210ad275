import type { Db, Tx } from '../../../schema.ts';

/** A server that was reset as a way out of an operation: by which operation, and when it was back. */
export type DoneReset = { server: string; reset_by: string; at: number };

export const listResets = (db: Db, operation: string): Promise<DoneReset[]> =>
  db.selectFrom('factory_resets').select(['server', 'reset_by', 'at']).where('operation', '=', operation).execute();

export async function saveReset(tx: Tx, operation: string, reset: DoneReset): Promise<void> {
  await tx
    .insertInto('factory_resets')
    .values({ operation, ...reset })
    .onConflict((conflict) => conflict.columns(['operation', 'server']).doUpdateSet(reset))
    .execute();
}

export async function removeResets(tx: Tx, operation: string): Promise<void> {
  await tx.deleteFrom('factory_resets').where('operation', '=', operation).execute();
}
