import { preparedRows, preparedRun, type Tx } from '@operations-center/database';
import type { InventoryTables } from '../inventory.tables.ts';

type InventoryTx = Tx<InventoryTables>;

/** Whose rows a list speaks of, and when it was asked for. */
export type ListMark = { cluster: string; kind: string; asked: number };

/** Which of them were looked at by themselves after the list was asked for: it may be older than they are. */
export async function lookedAtSince(tx: InventoryTx, { cluster, kind, asked }: ListMark): Promise<Set<string>> {
  const rows = await preparedRows<{ uuid: string }>(
    tx,
    'select uuid from inventory_looks where cluster = ? and kind = ? and asked > ?',
    [cluster, kind, asked],
  );
  return new Set(rows.map(({ uuid }) => uuid));
}

/** Notes that one object was asked for. False: it was asked for again since then, and that answer counts. */
export async function markLook(tx: InventoryTx, of: ListMark & { uuid: string }): Promise<boolean> {
  const text = `insert into inventory_looks (cluster, kind, uuid, asked) values (?, ?, ?, ?)
    on conflict (cluster, kind, uuid) do update set asked = excluded.asked
    where inventory_looks.asked <= excluded.asked`;
  return (await preparedRun(tx, text, [of.cluster, of.kind, of.uuid, of.asked])) > 0;
}

/** No list that was asked for before can still come. */
export const forgetLooks = (tx: InventoryTx, cluster: string, before: number): Promise<number> =>
  preparedRun(tx, 'delete from inventory_looks where cluster = ? and asked < ?', [cluster, before]);
