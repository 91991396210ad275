import { existsSync, renameSync, rmSync } from 'node:fs';
import { type KyselyParts, makeKysely, sqliteParts } from './body-transaction.ts';
import type { Database, DatabaseLog, Migration, SqlValue, Tx } from './database.ts';
import { type GroupCommit, makeGroupCommit } from './group-commit.ts';
import { createMigrationTable, planMigrations } from './migrations.ts';
import { makePrivateFile, SqliteConnection } from './sqlite-connection.ts';
import { assertOutsideTransaction } from './transaction-misuse.ts';

export type SqliteOptions = {
  /** A file, or `:memory:` for tests. */
  path: string;
  migrations: readonly Migration[];
  /** Copies the file to `<path>.before-<migration>` before the first migration of a run. Default true. */
  backupBeforeMigration?: boolean;
  /** Called before a database that is in use is migrated; what it throws prevents it, and nothing was changed. */
  beforeUpgrade?(tx: Tx<unknown>, next: string): Promise<void>;
  log?: DatabaseLog;
  /**
   * A body that uses nothing but its tx never leaves the event loop's turn. One that does holds up every other write:
   * after this time it is given up and taken back. Default 5,000.
   */
  bodyLimitMs?: number;
  /** How long another program's lock on the file is waited for. Default 5,000. */
  busyTimeoutMs?: number;
};

const silentLog: DatabaseLog = { info: () => {}, warn: () => {} };

/**
 * Opens (and makes, mode 0600) a SQLite database, migrated. WAL, `synchronous=full`: a write that resolved survives
 * kill -9 and power loss. Throws `NewerSchema` if a newer program wrote it.
 */
export async function openSqlite<Schema>(options: SqliteOptions): Promise<Database<Schema>> {
  const { path, migrations, log = silentLog } = options;
  const parts = sqliteParts();
  const busy = options.busyTimeoutMs === undefined ? {} : { busyTimeoutMs: options.busyTimeoutMs };
  const writer = new SqliteConnection(path, busy);
  try {
    const commits = makeGroupCommit(parts, writer, log, options.bodyLimitMs ?? 5_000);
    const { beforeUpgrade, backupBeforeMigration: copy = true } = options;
    await migrate(writer, commits, { path, migrations, log, copy, beforeUpgrade });
    const inMemory = path === ':memory:';
    const reader = inMemory ? writer : new SqliteConnection(path, { readOnly: true });
    return makeDatabase<Schema>(parts, writer, reader, commits);
  } catch (error) {
    writer.close();
    throw error;
  }
}

function makeDatabase<Schema>(
  parts: KyselyParts,
  writer: SqliteConnection,
  reader: SqliteConnection,
  commits: GroupCommit,
): Database<Schema> {
  let open = true;
  const shared = writer === reader;

  function assertUsable(what: string): void {
    assertOutsideTransaction(what);
    if (!open) throw new Error(`${what}: the database is closed`);
  }

  /** In memory there is one connection: a reader waits for the writers, and must not write. */
  async function readShared<T>(use: () => Promise<T>): Promise<T> {
    while (commits.isBusy()) await commits.idle();
    writer.script('pragma query_only = on');
    try {
      return await use();
    } finally {
      writer.script('pragma query_only = off');
    }
  }

  const read = makeKysely<Schema>(parts, async (use) => {
    assertUsable('a read');
    return shared ? readShared(() => use(reader)) : use(reader);
  });

  async function rows<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    assertUsable('a read');
    return shared ? readShared(async () => reader.all<Row>(text, parameters)) : reader.all<Row>(text, parameters);
  }

  const write: Database<Schema>['write'] = async <T>(name: string, body: (tx: never) => Promise<T>) => {
    assertUsable(`the write "${name}"`);
    return (await commits.write(name, (tx) => body(tx as never))) as T; // the queue holds bodies of every type
  };

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await commits.idle();
    if (!shared) reader.close();
    writer.close();
  }

  return { dialect: 'sqlite', read, rows, write, nowMs: async () => Date.now(), close };
}

type MigrationRun = {
  path: string;
  migrations: readonly Migration[];
  log: DatabaseLog;
  copy: boolean;
  beforeUpgrade: SqliteOptions['beforeUpgrade'];
};

async function migrate(writer: SqliteConnection, commits: GroupCommit, run: MigrationRun): Promise<void> {
  const isEmpty = writer.all<{ n: number }>('select count(*) as n from sqlite_schema', [])[0]?.n === 0;
  writer.run(createMigrationTable);
  const applied = writer.all<{ name: string }>('select name from schema_migrations', []).map(({ name }) => name);
  const pending = planMigrations(run.migrations, applied, (name) => wayBack(run.path, name));
  const [first] = pending;
  if (first === undefined) return;
  if (applied.length > 0) await commits.write('before upgrade', async (tx) => run.beforeUpgrade?.(tx, first.name));
  if (run.copy && !isEmpty && run.path !== ':memory:') copyBefore(writer, copyPath(run.path, first.name));
  for (const migration of pending) {
    await commits.write(`migration ${migration.name}`, async (tx) => {
      await migration.up(tx, 'sqlite');
      writer.run('insert into schema_migrations (name, applied_at) values (?, ?)', [migration.name, Date.now()]);
    });
    run.log.info({ migration: migration.name }, 'the database was migrated');
  }
}

const copyPath = (path: string, migration: string): string => `${path}.before-${migration}`;

/** The copy appears whole or not at all; one left by an earlier try is of no use any more. */
function copyBefore(writer: SqliteConnection, to: string): void {
  const unfinished = `${to}.unfinished`;
  rmSync(unfinished, { force: true });
  makePrivateFile(unfinished);
  writer.run('vacuum into ?', [unfinished]);
  renameSync(unfinished, to);
}

function wayBack(path: string, firstUnknown: string): string {
  const copy = copyPath(path, firstUnknown);
  const hint = existsSync(copy)
    ? `or stop everything that uses it, put the copy ${copy} in the place of ${path} and remove ${path}-wal and ${path}-shm (what was written since is lost)`
    : `or restore a backup made before (the copy ${copy} is not there)`;
  return `Start the newer program again, ${hint}.`;
}
