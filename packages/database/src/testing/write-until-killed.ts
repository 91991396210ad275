import { preparedRun } from '../body-transaction.ts';
import { openPostgres } from '../postgres.ts';
import { openSqlite } from '../sqlite.ts';

/** A program of its own: writes rows for ever, 16 at once, and prints each number once its write has resolved. */
const [place = ''] = process.argv.slice(2);
const database = place.startsWith('postgres:')
  ? await openPostgres<unknown>({ url: place, migrations: migrationsOfTheTest() })
  : await openSqlite<unknown>({ path: place, migrations: migrationsOfTheTest() });

let next = 0;
async function writeOn(): Promise<never> {
  for (;;) {
    const n = next++;
    await database.write('row', (tx) => preparedRun(tx, 'insert into item (id, n) values (?, ?)', [`row-${n}`, n]));
    process.stdout.write(`${n}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, writeOn));

function migrationsOfTheTest() {
  return [{ name: '0001-item', up: async () => {} }]; // made by the test already
}
