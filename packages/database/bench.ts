import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, openSqlite, preparedRows, preparedRun } from './src/index.ts';

/** `bin/node24 packages/database/bench.ts`: CPU per small write by how many are at once, and of one-row reads. */
type Schema = { item: { id: string; n: number; document: string } };
const document = JSON.stringify({ name: 'server1', text: 'x'.repeat(200) });
const count = 20_000;

async function measure(name: string, atOnce: number, once: (n: number) => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await once(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const cpuUs = ((used.user + used.system) / count).toFixed(1);
  console.log(
    `${name.padEnd(34)} ${String(atOnce).padStart(3)} at once  ${cpuUs.padStart(7)} µs CPU  ${Math.round(count / seconds)}/s`,
  );
}

const key = (n: number): string => `item-${n % 1000}`;
const upsert = 'insert into item (id, n, document) values (?, ?, ?) on conflict (id) do update set n = excluded.n';

const preparedWrite = (db: Database<Schema>) => (n: number) =>
  db.write('bench', async (tx) => {
    await preparedRows(tx, 'select n from item where id = ?', [key(n)]);
    await preparedRun(tx, upsert, [key(n), n, document]);
  });
const kyselyWrite = (db: Database<Schema>) => (n: number) =>
  db.write('bench', async (tx) => {
    await tx.selectFrom('item').select('n').where('id', '=', key(n)).executeTakeFirst();
    await tx
      .insertInto('item')
      .values({ id: key(n), n, document })
      .onConflict((c) => c.column('id').doUpdateSet({ n }))
      .execute();
  });

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const db = await openSqlite<Schema>({
  path: join(directory, 'bench.db'),
  migrations: [
    {
      name: '0001-item',
      up: async (tx) =>
        void (await sql`create table item (id text primary key, n bigint not null, document text not null)`.execute(
          tx,
        )),
    },
  ],
});
try {
  for (const atOnce of [1, 16, 32]) await measure('write, prepared', atOnce, preparedWrite(db));
  for (const atOnce of [16, 32]) await measure('write, Kysely', atOnce, kyselyWrite(db));
  await measure('rows, one object', 1, (n) => db.rows('select document from item where id = ?', [key(n)]));
  await measure('read, one object, Kysely', 1, (n) =>
    db.read.selectFrom('item').select('document').where('id', '=', key(n)).execute(),
  );
} finally {
  await db.close();
  rmSync(directory, { recursive: true, force: true });
}
