import { existsSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CopiedTable, copyTables, listTables, openSqlite, preparedRows } from '@operations-center/database';
import { listLiving } from '../domains/daemons/daemons.store.ts';
import { deleteMovedRow, loadMovedRow, saveMovedRow } from '../domains/settings/settings.store.ts';
import { migrations } from '../migrations.ts';
import { openShared } from '../open-databases.ts';
import { type DaemonConfiguration, parseDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { moveFile, readIfThere, writePrivateFile } from '../platform/keys/private-file.ts';
import { makeLog } from '../platform/log.ts';
import { prepareStateDirectory, type StateDirectory } from '../platform/state-directory.ts';
import { lockState } from '../platform/state-lock.ts';
import type { MainDatabase, Schema, Tx } from '../schema.ts';
import { UsageError } from '../usage-error.ts';
import { findConfiguredState } from './configured-state.ts';

/** Who works on a database, and what of it, is no part of what it holds; migrations are made by opening it. */
const notCopied = ['schema_migrations', 'daemons', 'daemon_shares'];
/** A fresh database has rows in these: they are replaced. */
const madeByMigrations = ['channels', 'log_heads'];
/** Ids of transactions of another server would hold up the numbering for ever. */
const instead = { xact: 0 };

/** Copies the embedded database into PostgreSQL or back. The copy is whole and compared, or it is not there. */
export async function migrateDatabase(words: string[]): Promise<number> {
  const options = { to: { type: 'string' }, 'to-embedded': { type: 'boolean' } } as const;
  const { to, 'to-embedded': back = false } = parseArgs({ args: words, options }).values;
  if ((to === undefined) === !back) throw new UsageError('migrate-database takes --to URL or --to-embedded');
  const { state, configuration } = findConfiguredState();
  // Before anything is made, as with `rotate-key`.
  if (to !== undefined && !existsSync(state.database))
    throw new Error(`${state.database} is not there: there is nothing to copy`);
  prepareStateDirectory(state);
  const lock = lockState(state);
  try {
    const copied =
      to === undefined ? await toEmbedded(state, configuration) : await toPostgres(state, configuration, to);
    process.stdout.write(tableText(copied));
    return 0;
  } finally {
    lock.release();
  }
}

async function toPostgres(
  state: StateDirectory,
  configuration: DaemonConfiguration,
  url: string,
): Promise<CopiedTable[]> {
  const text = `database:\n  url: ${JSON.stringify(url)}\n`;
  const { database } = parseDaemonConfiguration(text, '--to');
  if (database === undefined) throw new UsageError('--to takes the URL of a PostgreSQL');
  const from = await openSqlite<Schema>({ path: state.database, migrations });
  try {
    await refuseMovedSource(from, state.database);
    const { main, shown } = await openShared(database, '--to', makeLog('ERROR'));
    try {
      const copied = await copy(from, main, from, shown);
      await from.write('moved', (tx) => saveMovedRow(tx, { to: shown, at: Date.now() }));
      if (configuration.database === undefined) configure(configuration.path, text);
      return copied;
    } finally {
      await main.close();
    }
  } finally {
    await from.close();
  }
}

/** What stands in daemon.yml already stays. There may be a password in it from now on, so it becomes ours alone. */
function configure(path: string, text: string): void {
  const before = readIfThere(path) ?? '';
  writePrivateFile(path, before === '' ? text : `${before.replace(/\n?$/, '\n')}${text}`);
  process.stderr.write(`database.url was put into ${path}: start operations-centerd\n`);
}

async function toEmbedded(state: StateDirectory, configuration: DaemonConfiguration): Promise<CopiedTable[]> {
  const { database, path } = configuration;
  if (database === undefined)
    throw new Error(`${path} names no PostgreSQL (database.url): there is nothing to copy back`);
  const { main: from, shown } = await openShared(database, `database.url of ${path}`, makeLog('ERROR'));
  const unfinished = `${state.database}.unfinished`;
  try {
    await refuseMovedSource(from, shown);
    await refuseUsed(state.database);
    for (const part of ['', '-wal', '-shm']) rmSync(`${unfinished}${part}`, { force: true });
    const copied = await copyToFile(from, unfinished, state.database);
    if (existsSync(state.database)) moveFile(state.database, `${state.database}.moved`);
    for (const part of ['-wal', '-shm']) rmSync(`${state.database}${part}`, { force: true });
    moveFile(unfinished, state.database);
    await from.write('moved', (tx) => saveMovedRow(tx, { to: state.database, at: Date.now() }));
    process.stderr.write(`remove database.url from ${path}, then start operations-centerd\n`);
    return copied;
  } finally {
    await from.close();
  }
}

async function copyToFile(from: MainDatabase, path: string, shown: string): Promise<CopiedTable[]> {
  // The copy waits for the other database; nobody else waits for this one.
  const to = await openSqlite<Schema>({ path, migrations, bodyLimitMs: 2 ** 31 - 1 });
  try {
    return await copy(from, to, to, shown);
  } finally {
    await to.close();
  }
}

async function copy(from: MainDatabase, to: MainDatabase, sqlite: MainDatabase, shown: string): Promise<CopiedTable[]> {
  const living = await from.write('who lives', listLiving);
  if (living.length > 0)
    throw new Error(`stop all daemons first: ${living.join(', ')} still works on it, or died a moment ago`);
  const tables = await listTables(sqlite, notCopied);
  return to.write('copy database', async (tx) => {
    await refuseRows(
      tx,
      tables.map(({ table }) => table),
      shown,
    );
    const copied = await copyTables(from, tx, { tables, instead });
    await deleteMovedRow(tx);
    return copied;
  });
}

async function refuseRows(tx: Tx, tables: readonly string[], shown: string): Promise<void> {
  for (const table of tables) {
    if (madeByMigrations.includes(table)) continue;
    const found = await preparedRows(tx, `select 1 from ${table} limit 1`);
    if (found.length > 0) throw new Error(`${shown} is not empty (there are rows in ${table}): name a fresh database`);
  }
}

async function refuseMovedSource(from: MainDatabase, shown: string): Promise<void> {
  const moved = await loadMovedRow(from.read);
  if (moved !== undefined) throw new Error(`${shown} was copied to ${moved.to} before: what counts is there`);
}

/** A file that was copied to PostgreSQL earlier may be replaced; one that is in use may not. */
async function refuseUsed(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const old = await openSqlite<Schema>({ path, migrations });
  const moved = await loadMovedRow(old.read);
  await old.close();
  if (moved === undefined) throw new Error(`${path} is there, and holds data of its own: move it away first`);
}

function tableText(copied: readonly CopiedTable[]): string {
  const width = Math.max(...copied.map(({ table }) => table.length));
  const lines = copied.map(
    ({ table, rows, digest }) => `${table.padEnd(width)}  ${String(rows).padStart(9)}  ${digest}`,
  );
  const rows = copied.reduce((sum, one) => sum + one.rows, 0);
  return `${'table'.padEnd(width)}  ${'rows'.padStart(9)}  digest\n${lines.join('\n')}\n${copied.length} tables, ${rows} rows, compared with the copy\n`;
}
