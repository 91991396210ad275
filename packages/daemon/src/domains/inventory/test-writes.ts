import { preparedRun } from '@operations-center/database';
import type { InventoryDatabase } from '../../schema.ts';

/** What only a write to an object can change: a count of rows written, or the transaction that wrote each. */
export async function watchWrites(database: InventoryDatabase): Promise<() => Promise<unknown[]>> {
  if (database.dialect === 'postgres')
    return () => database.rows('select id, xmin::text from inventory_objects order by id');
  await database.write('count writes', async (tx) => {
    await preparedRun(tx, 'create table written as select 0 as n');
    for (const what of ['insert', 'update', 'delete'])
      await preparedRun(
        tx,
        `create trigger on_${what} after ${what} on inventory_objects begin update written set n = n + 1; end`,
      );
  });
  return () => database.rows('select n from written');
}
