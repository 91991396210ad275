import type { InventoryKind } from '@operations-center/contract';
import { dialectOf, preparedRows, preparedRun, type SqlValue, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import type { ItemFields } from '../rows/inventory-item.ts';

export type ToldChange = 'created' | 'changed' | 'deleted';

/** An entry of the log of changes. `at` in microseconds. */
export type LoggedChange = ItemFields & {
  id: number;
  at: number;
  change: ToldChange;
  kind: InventoryKind;
  uuid: string;
};

const columns = 'kind, uuid, cluster, server, project_name, parent_name, name, type';

/** Tells of these rows, as they are now, in the write that changes them. `where` is a constant of our own code. */
export async function tellChanges(
  tx: Tx<InventoryTables>,
  change: ToldChange,
  at: number,
  where: string,
  values: readonly SqlValue[],
): Promise<void> {
  await holdOrder(tx);
  await preparedRun(
    tx,
    `insert into inventory_changes (at, change, ${columns}) select ?, ?, ${columns} from inventory_objects where ${where}`,
    [at, change, ...values],
  );
}

/** The same of rows that were written at this time: those that there were before were kept as versions. */
export async function tellWritten(
  tx: Tx<InventoryTables>,
  at: number,
  where: string,
  values: readonly SqlValue[],
): Promise<void> {
  await holdOrder(tx);
  await preparedRun(
    tx,
    `insert into inventory_changes (at, change, ${columns})
     select ?, case when exists (select 1 from inventory_versions v where v.kind = o.kind and v.uuid = o.uuid
       and v.since <= ? and v.until = ?) then 'changed' else 'created' end, ${columns}
     from inventory_objects o where ${where}`,
    [at, at, at, ...values],
  );
}

/** Writers follow each other, so that ids are in the order of commits and no reader passes one that comes later. */
async function holdOrder(tx: Tx<InventoryTables>): Promise<void> {
  if (dialectOf(tx) !== 'postgres') return;
  await preparedRows(tx, "select pg_advisory_xact_lock(hashtext('inventory_changes'))");
}

export async function readChanges(db: InventoryDatabase, after: number, limit: number): Promise<LoggedChange[]> {
  const rows = await db.rows<Omit<LoggedChange, 'id' | 'at'> & { id: number | string; at: number | string }>(
    `select id, at, change, ${columns} from inventory_changes where id > ? order by id limit ?`,
    [after, limit],
  );
  return rows.map((row) => ({ ...row, id: Number(row.id), at: Number(row.at) }));
}

/** `number`: the newest; up to `pruned` they are gone. */
export async function headOfChanges(db: InventoryDatabase): Promise<{ number: number; pruned: number }> {
  const [row] = await db.rows<{ newest: number | string | null; oldest: number | string | null }>(
    'select (select max(id) from inventory_changes) as newest, (select min(id) from inventory_changes) as oldest',
    [],
  );
  return { number: Number(row?.newest ?? 0), pruned: Math.max(0, Number(row?.oldest ?? 1) - 1) };
}

const most = 200_000;
const prunedAtOnce = 5_000;

/** Keeps the newest; a bounded part of the others goes now. */
export async function pruneChanges(db: InventoryDatabase, keep = most): Promise<void> {
  await db.write('prune inventory changes', async (tx) => {
    await preparedRun(
      tx,
      `delete from inventory_changes where id in (
         select id from inventory_changes where id <= (select max(id) from inventory_changes) - ? order by id limit ?)`,
      [keep, prunedAtOnce],
    );
  });
}
