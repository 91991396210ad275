import { DatabaseSync } from 'node:sqlite';
import { makePrivateFile } from './sqlite-connection.ts';

const busyTimeoutMs = 30_000;

/**
 * Copies a database as it is at this moment, whoever uses it: one read transaction, which holds up no writer. `to` must
 * not exist. The copy is whole, compact, and without a write-ahead log.
 */
export function copySqlite(from: string, to: string): void {
  makePrivateFile(to);
  const source = new DatabaseSync(from, { readOnly: true, timeout: busyTimeoutMs });
  try {
    source.prepare('vacuum into ?').run(to);
  } finally {
    source.close();
  }
}

/** Writes the file anew without what was deleted or overwritten in it. For who uses it alone. */
export function compactSqlite(path: string): void {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    database.exec('vacuum; pragma wal_checkpoint(truncate);');
  } finally {
    database.close();
  }
}

/** What is wrong with a database file, as SQLite says it; undefined: nothing. */
export function findSqliteDamage(path: string): string | undefined {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const row = database.prepare('pragma integrity_check(1)').get();
      const said = row === undefined ? 'no answer' : String(Object.values(row)[0]);
      return said === 'ok' ? undefined : said;
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
