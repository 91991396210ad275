import { preparedRun, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import type { View } from './freshness.ts';

type InventoryTx = Tx<InventoryTables>;

export const listViews = (db: InventoryDatabase, cluster?: string): Promise<View[]> => {
  const only = cluster === undefined ? '' : ' where cluster = ?';
  const text = `select cluster, kind, seen_at, problem from inventory_views${only} order by cluster, kind`;
  return db.rows<View>(text, cluster === undefined ? [] : [cluster]);
};

const putText = `insert into inventory_views (cluster, kind, seen_at, problem) values (?, ?, ?, ?)
  on conflict (cluster, kind) do update set
  seen_at = case when excluded.seen_at > inventory_views.seen_at then excluded.seen_at else inventory_views.seen_at end,
  problem = excluded.problem`;

/** A kind that could not be read keeps the time when it last could: give 0. */
export async function putViews(tx: InventoryTx, views: readonly View[]): Promise<void> {
  for (const { cluster, kind, seen_at, problem } of views)
    await preparedRun(tx, putText, [cluster, kind, seen_at, problem]);
}

export async function renameViews(tx: InventoryTx, from: string, to: string): Promise<void> {
  await preparedRun(tx, 'delete from inventory_looks where cluster = ?', [from]);
  await preparedRun(tx, 'update inventory_views set cluster = ? where cluster = ?', [to, from]);
}
