import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';

/** The words of each object stand beside it; the database keeps an index of them by itself, whoever writes the row. */
export async function createSearch(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`alter table inventory_objects add column words ${text} not null default ''`.execute(db);
  await sql`alter table inventory_versions add column words ${text} not null default ''`.execute(db);
  if (dialect === 'postgres') {
    await sql`alter table inventory_objects add column word_index tsvector
      generated always as (array_to_tsvector(string_to_array(words, ' '))) stored`.execute(db);
    await sql`create index inventory_objects_by_word on inventory_objects using gin (word_index)`.execute(db);
    return;
  }
  await sql`create virtual table inventory_words using fts5 (
    words, content = 'inventory_objects', content_rowid = 'id', detail = none,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '.:-_/@'"
  )`.execute(db);
  const put = 'insert into inventory_words (rowid, words) values (new.id, new.words);';
  const take = `insert into inventory_words (inventory_words, rowid, words) values ('delete', old.id, old.words);`;
  for (const [what, when, work] of [
    ['insert', '', put],
    ['update', 'when old.words <> new.words', take + put],
    ['delete', '', take],
  ] as const)
    await sql`create trigger ${sql.raw(`inventory_words_${what}`)} after ${sql.raw(what)} on inventory_objects
      ${sql.raw(when)} begin ${sql.raw(work)} end`.execute(db);
}
