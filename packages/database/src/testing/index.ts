import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database, DialectName, Migration } from '../database.ts';
import { openPostgres } from '../postgres.ts';
import { openSqlite } from '../sqlite.ts';
import { createPostgresDatabase, findPostgresObstacle, makeTestDirectory, startPostgres } from './postgres-server.ts';

/** What a suite is given: a fresh database at each `open`, closed and removed after the test. */
export type TestDatabases<Schema> = {
  dialect: DialectName;
  open: () => Promise<Database<Schema>>;
  /** How another process, or a second connection, opens the database that `open` gave last. */
  again: () => Promise<Database<Schema>>;
  /** Path of the file or URL of the database that `open` gave last. */
  place: () => string;
};

/**
 * One suite of tests on SQLite and on a throw-away PostgreSQL. Where there is no PostgreSQL its half is skipped and says
 * why; under `CI=true` that is a failure.
 */
export function describeOnDatabases<Schema>(
  title: string,
  options: { migrations: readonly Migration[] },
  suite: (databases: TestDatabases<Schema>) => void,
): void {
  describe(`${title} on SQLite`, () => {
    suite(makeTestDatabases<Schema>('sqlite', options.migrations));
  });
  const obstacle = findPostgresObstacle();
  if (obstacle === null) {
    describe(`${title} on PostgreSQL`, () => {
      beforeAll(async () => void (await startPostgres()), 60_000);
      suite(makeTestDatabases<Schema>('postgres', options.migrations));
    });
    return;
  }
  const isNeeded = process.env['CI'] === 'true';
  describe(`${title} on PostgreSQL: left out, ${obstacle}`, () => {
    test.runIf(isNeeded)('must run under CI=true', () => expect(obstacle).toBeNull());
    test.skipIf(isNeeded)('skipped', () => expect(obstacle).toBeNull());
  });
}

function makeTestDatabases<Schema>(dialect: DialectName, migrations: readonly Migration[]): TestDatabases<Schema> {
  const ends: (() => void | Promise<void>)[] = [];
  let place = '';
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function makePlace(): Promise<string> {
    if (dialect === 'postgres') return createPostgresDatabase();
    const directory = makeTestDirectory();
    ends.push(() => directory.end());
    return join(directory.path, 'test.db');
  }
  async function again(): Promise<Database<Schema>> {
    const database =
      dialect === 'postgres'
        ? await openPostgres<Schema>({ url: place, migrations, poolSize: 5 })
        : await openSqlite<Schema>({ path: place, migrations });
    ends.push(() => database.close());
    return database;
  }
  async function open(): Promise<Database<Schema>> {
    place = await makePlace();
    return again();
  }
  return { dialect, open, again, place: () => place };
}

export { createPostgresDatabase, makeTestDirectory, startTlsPostgres } from './postgres-server.ts';
