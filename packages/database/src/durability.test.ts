import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type Migration, textType } from './index.ts';
import { describeOnDatabases } from './testing/index.ts';

type Schema = { item: { id: string; n: number } };
const migrations: Migration[] = [
  {
    name: '0001-item',
    async up(tx, dialect) {
      await sql`create table item (id ${textType(dialect)} primary key, n bigint not null)`.execute(tx);
    },
  },
];
const program = fileURLToPath(new URL('testing/write-until-killed.ts', import.meta.url));

/** The numbers a program acknowledged before it got SIGKILL, after about `wanted` of them. */
async function writeAndKill(place: string, wanted: number): Promise<number[]> {
  const child = spawn(process.execPath, [program, place], { stdio: ['ignore', 'pipe', 'inherit'] });
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    numbers.push(Number(line));
    if (numbers.length === wanted) child.kill('SIGKILL');
  }
  return numbers;
}

describeOnDatabases<Schema>('what was acknowledged', { migrations }, ({ open, again, place }) => {
  test('is there after kill -9', async () => {
    const db = await open();
    await db.close();
    const acknowledged = await writeAndKill(place(), 500);
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    const rows = await (await again()).rows<{ n: number }>('select n from item');
    const kept = new Set(rows.map(({ n }) => n));
    expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
    expect(kept.size).toBe(rows.length);
  });
});
