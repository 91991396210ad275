import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';

const tables = ['inventory_objects', 'inventory_versions'];

/**
 * Secrets stand beside the documents, sealed. The documents of before show theirs, and no migration has the key: they go,
 * what is there now is read anew, and what was before is not known any more.
 */
export async function addSecrets(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // What is deleted is written over.
  if (dialect === 'sqlite') await sql`pragma secure_delete = on`.execute(db);
  for (const table of [...tables, 'inventory_looks', 'inventory_views'])
    await sql`delete from ${sql.ref(table)}`.execute(db);
  if (dialect === 'sqlite') await sql`pragma secure_delete = off`.execute(db);
  const now = Date.now() * 1_000;
  await sql`update inventory_history set kept_since = ${now}, begun = ${now}`.execute(db);
  for (const table of tables)
    for (const column of ['secrets', 'sealed_with'])
      await sql`alter table ${sql.ref(table)} add column ${sql.ref(column)} ${textType(dialect)} not null default ''`.execute(
        db,
      );
  // After a rotation of the key the rows of another one are found at once, and the many without secrets cost nothing.
  for (const table of tables)
    await sql`create index ${sql.ref(`${table}_by_key`)} on ${sql.ref(table)} (sealed_with) where sealed_with <> ''`.execute(
      db,
    );
}
