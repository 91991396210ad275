import { expect, test } from 'vitest';
import type { InventoryDatabase } from '../../../schema.ts';
import { makeStatistics } from './statistics.store.ts';

/** A database that only remembers what it was asked. */
function listener(dialect: InventoryDatabase['dialect']) {
  const asked: string[] = [];
  const rows = async (text: string) => {
    asked.push(text);
    return [];
  };
  return { asked, db: { dialect, rows } as unknown as InventoryDatabase }; // nothing else of it is used
}

test('PostgreSQL looks at the table again whenever twice as much was written, SQLite needs no look', async () => {
  const postgres = listener('postgres');
  const statistics = makeStatistics(postgres.db);
  const looks: number[] = [];
  for (const rows of [600, 600, 600, 600, 0, 6_000]) {
    await statistics.wrote(rows);
    looks.push(postgres.asked.length);
  }
  expect(looks).toEqual([0, 1, 1, 2, 2, 3]);
  expect(postgres.asked[0]).toBe('analyze inventory_objects');
  const sqlite = listener('sqlite');
  await makeStatistics(sqlite.db).wrote(1_000_000);
  expect(sqlite.asked).toEqual([]);
});
