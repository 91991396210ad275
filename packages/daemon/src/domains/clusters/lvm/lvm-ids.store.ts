import type { Db, Tx } from '../../../schema.ts';
import type { Allotment, LvmId } from './lvm-id.ts';

const columns = ['machine', 'id', 'server', 'held_by', 'changed_at'] as const;

export const listLvmIds = (db: Db): Promise<LvmId[]> => db.selectFrom('lvm_ids').select(columns).execute();

export async function saveSeen(
  tx: Tx,
  { freed, found }: { freed: readonly LvmId[]; found: readonly LvmId[] },
): Promise<void> {
  for (const { machine, id } of freed) {
    await tx.deleteFrom('lvm_ids').where('machine', '=', machine).where('id', '=', id).execute();
  }
  if (found.length > 0)
    await tx
      .insertInto('lvm_ids')
      .values([...found])
      .execute();
}

/** Keeps ids for a creation: nobody gets them, and no look frees them, until `releaseLvmIds`. */
export async function holdLvmIds(tx: Tx, ids: readonly Allotment[], cluster: string, nowMs: number): Promise<void> {
  for (const { machine, id, server } of ids) {
    const values = { server, held_by: cluster, changed_at: nowMs };
    await tx
      .insertInto('lvm_ids')
      .values({ machine, id, ...values })
      .onConflict((conflict) => conflict.columns(['machine', 'id']).doUpdateSet(values))
      .execute();
  }
}

/** The creation is over: from now on what is seen on the machines decides. */
export async function releaseLvmIds(tx: Tx, cluster: string, nowMs: number): Promise<void> {
  await tx.updateTable('lvm_ids').set({ held_by: null, changed_at: nowMs }).where('held_by', '=', cluster).execute();
}
