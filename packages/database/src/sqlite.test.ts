import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { type Migration, NewerSchema, openSqlite, preparedRows, preparedRun } from './index.ts';

type Schema = { item: { id: string; n: number } };
const first: Migration = {
  name: '0001-item',
  up: async (tx) => void (await sql`create table item (id text primary key, n bigint not null)`.execute(tx)),
};
const second: Migration = {
  name: '0002-more',
  up: async (tx) => void (await sql`alter table item add column more text`.execute(tx)),
};

const directories: string[] = [];
function makePath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'database-'));
  directories.push(directory);
  return join(directory, 'test.db');
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe('a SQLite database', () => {
  test('is private from its first byte, with its log', async () => {
    const path = makePath();
    const db = await openSqlite<Schema>({ path, migrations: [first] });
    for (const name of readdirSync(join(path, '..'))) expect(statSync(join(path, '..', name)).mode & 0o777).toBe(0o600);
    await db.close();
  });

  test('is durable: WAL and a full sync at every commit, foreign keys on', async () => {
    const db = await openSqlite<Schema>({ path: makePath(), migrations: [first] });
    const seen = await db.write('look', async (tx) => [
      await preparedRows(tx, 'pragma journal_mode'),
      await preparedRows(tx, 'pragma synchronous'),
      await preparedRows(tx, 'pragma foreign_keys'),
    ]);
    expect(seen.flat()).toEqual([{ journal_mode: 'wal' }, { synchronous: 2 }, { foreign_keys: 1 }]);
    await db.close();
  });

  test('is copied before a migration, and the copy opens with the program of before', async () => {
    const path = makePath();
    const before = await openSqlite<Schema>({ path, migrations: [first] });
    await before.write('add', (tx) => preparedRun(tx, 'insert into item (id, n) values (?, ?)', ['a', 1]));
    await before.close();
    expect(existsSync(`${path}.before-0001-item`)).toBe(false);

    const after = await openSqlite<Schema>({ path, migrations: [first, second] });
    await after.close();
    const copy = `${path}.before-0002-more`;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const old = await openSqlite<Schema>({ path: copy, migrations: [first] });
    expect(await old.rows('select id, n from item')).toEqual([{ id: 'a', n: 1 }]);
    await old.close();
  });

  test('of a newer program is refused, with the way back', async () => {
    const path = makePath();
    await (await openSqlite<Schema>({ path, migrations: [first] })).close();
    await (await openSqlite<Schema>({ path, migrations: [first, second] })).close();
    const refused = await openSqlite<Schema>({ path, migrations: [first] }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NewerSchema);
    expect(refused).toMatchObject({ code: 'newer_schema', unknown: ['0002-more'] });
    expect(String(refused)).toContain(`${path}.before-0002-more`);
  });

  test('refuses to bind what node:sqlite would misread', async () => {
    const db = await openSqlite<Schema>({ path: ':memory:', migrations: [first] });
    const bind = (value: unknown) =>
      db.write('bind', (tx) =>
        tx
          .insertInto('item')
          .values({ id: 'a', n: value as never })
          .execute(),
      );
    await expect(bind(new Date(0))).rejects.toThrow('parameter 2 is an object (Date)');
    await expect(bind(true)).rejects.toThrow('of type boolean');
    expect(await db.rows('select * from item')).toEqual([]);
    await db.close();
  });

  test('lets nobody write through its readers', async () => {
    for (const path of [makePath(), ':memory:']) {
      const db = await openSqlite<Schema>({ path, migrations: [first] });
      await expect(db.read.insertInto('item').values({ id: 'a', n: 1 }).execute()).rejects.toThrow('readonly');
      await expect(db.rows('delete from item')).rejects.toThrow('readonly');
      await db.close();
    }
  });

  test('names a body that holds up all the others', async () => {
    const lines: unknown[] = [];
    const log = { info: () => {}, warn: (fields: unknown) => lines.push(fields) };
    const db = await openSqlite<Schema>({ path: ':memory:', migrations: [first], log });
    await db.write('heavy', async () => {
      const until = performance.now() + 60;
      while (performance.now() < until);
    });
    expect(lines).toMatchObject([{ write: 'heavy' }]);
    await db.close();
  });

  test('says that it cannot be used when the disk is full, or somebody else holds it, and goes on afterwards', async () => {
    const path = makePath();
    const db = await openSqlite<Schema>({ path, migrations: [first], busyTimeoutMs: 50 });
    const add = (id: string) =>
      db.write('add', (tx) => preparedRun(tx, 'insert into item (id, n) values (?, 1)', [id]));
    const limit = (pages: number) => db.write('limit', (tx) => preparedRows(tx, `pragma max_page_count = ${pages}`));
    await limit(1);
    await expect(add('x'.repeat(100_000))).rejects.toMatchObject({ code: 'database_unavailable' });
    await limit(1_000_000);
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    await expect(add('locked')).rejects.toMatchObject({ code: 'database_unavailable' });
    other.close();
    await add('after');
    expect(await db.rows('select id from item')).toEqual([{ id: 'after' }]);
    await db.close();
  });

  test('gives up a body that waits for something else, and serves the next', async () => {
    const db = await openSqlite<Schema>({ path: ':memory:', migrations: [first], bodyLimitMs: 20 });
    const lost = db.write('lost', async (tx) => {
      await tx.insertInto('item').values({ id: 'lost', n: 1 }).execute();
      await new Promise(() => {});
    });
    const next = db.write('next', (tx) => tx.insertInto('item').values({ id: 'next', n: 2 }).execute());
    await expect(lost).rejects.toMatchObject({ code: 'transaction_misuse' });
    await next;
    expect(await db.rows('select id from item')).toEqual([{ id: 'next' }]);
    await db.close();
  });
});
