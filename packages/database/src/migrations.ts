import type { Migration } from './database.ts';
import { NewerSchema } from './newer-schema.ts';

export const createMigrationTable =
  'create table if not exists schema_migrations (name text primary key, applied_at bigint not null)';

/**
 * The migrations still to run, in order of name. Throws `NewerSchema` if `applied` holds one that is not in
 * `migrations`; `wayBack` tells a person how to return to the program that wrote the database, or the database to this one.
 */
export function planMigrations(
  migrations: readonly Migration[],
  applied: readonly string[],
  wayBack: (firstUnknown: string) => string,
): Migration[] {
  const known = new Set(migrations.map(({ name }) => name));
  if (known.size !== migrations.length) throw new Error('two migrations have the same name');
  const unknown = applied.filter((name) => !known.has(name)).sort();
  const [firstUnknown] = unknown;
  if (firstUnknown !== undefined) throw new NewerSchema(unknown, wayBack(firstUnknown));
  const done = new Set(applied);
  return migrations.filter(({ name }) => !done.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
