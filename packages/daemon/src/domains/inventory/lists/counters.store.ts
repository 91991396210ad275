import { hash } from 'node:crypto';
import { preparedRun, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';

/** Told with each write of a kind's rows, in its transaction: what was counted before is not what there is now. */
export async function countChange(tx: Tx<InventoryTables>, kind: string, cluster: string): Promise<void> {
  await preparedRun(
    tx,
    `insert into inventory_counters (kind, cluster, changes) values (?, ?, 1)
     on conflict (kind, cluster) do update set changes = inventory_counters.changes + 1`,
    [kind, cluster],
  );
}

/** The same for all kinds of a cluster. */
export async function countChanges(tx: Tx<InventoryTables>, cluster: string): Promise<void> {
  await preparedRun(tx, 'update inventory_counters set changes = changes + 1 where cluster = ?', [cluster]);
}

/** Stands for the content of lists of a kind, of one cluster or of all: equal as long as nothing is written. */
export async function contentTag(
  db: InventoryDatabase,
  { kind, cluster, question }: { kind: string; cluster?: string | undefined; question: unknown },
): Promise<string> {
  const only = cluster === undefined ? { text: '', values: [] } : { text: ' and cluster = ?', values: [cluster] };
  const rows = await db.rows(
    `select cluster, changes from inventory_counters where kind = ?${only.text} order by cluster`,
    [kind, ...only.values],
  );
  // A database that is begun anew counts from one again.
  const begun = await db.rows('select begun from inventory_history', []);
  return hash('sha256', JSON.stringify([kind, cluster, question, rows, begun]));
}
