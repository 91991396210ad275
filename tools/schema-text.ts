import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from '../packages/daemon/src/migrations.ts';
import { openSqlite } from '../packages/database/src/index.ts';

/** The schema of the main database as SQLite has it after all migrations. */
export async function schemaText(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'));
  try {
    const path = join(folder, 'operations-center.db');
    await (await openSqlite({ path, migrations })).close();
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database
      .prepare("select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by name")
      .all();
    database.close();
    return `${rows.map((row) => `${String(row['sql'])};`).join('\n\n')}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
