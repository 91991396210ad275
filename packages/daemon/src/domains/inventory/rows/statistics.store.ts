import type { InventoryDatabase } from '../../../schema.ts';

const first = 1_000;

/**
 * PostgreSQL chooses its indexes by what it knows of a table. It looks again by itself some time after much was
 * written: until then a page from the middle of a million rows is sorted out of all of them, 80 ms instead of 1. So it
 * is told to look whenever twice as much has been written.
 */
export function makeStatistics(db: InventoryDatabase): { wrote(rows: number): Promise<void> } {
  let written = 0;
  let due = first;
  return {
    async wrote(rows) {
      written += rows;
      if (db.dialect !== 'postgres' || written < due) return;
      due = 2 * written;
      await db.rows('analyze inventory_objects', []);
    },
  };
}
