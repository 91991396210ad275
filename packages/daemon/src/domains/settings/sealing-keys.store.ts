import { type AnyTx, dialectOf, preparedRows, preparedRun, type SqlValue } from '@operations-center/database';
import { type Resealed, resealText, type Sealed, type Sealer, sealedPrefix } from '../../platform/keys/sealing.ts';
import type { Db, Tx } from '../../schema.ts';
import type { SealingKeyTables } from './sealing-keys.tables.ts';

export type RetiredKeyRow = SealingKeyTables['retired_sealing_keys'];

/** Oldest first. */
export const listRetiredKeys = (db: Db): Promise<RetiredKeyRow[]> =>
  db.selectFrom('retired_sealing_keys').selectAll().orderBy('audit_until').orderBy('retired_at').execute();

export async function saveRetiredKey(tx: Tx, row: RetiredKeyRow): Promise<void> {
  await tx.insertInto('retired_sealing_keys').values(row).execute();
}

export const openRetiredKey = (sealer: Sealer, row: RetiredKeyRow): Buffer =>
  Buffer.from(sealer.open(row.key as Sealed), 'hex'); // sealed by who wrote the row

/** What became of one table. `left`: looks sealed and cannot be opened. */
export type ResealedTable = { table: string; rows: number; sealed: number; left: number };

/**
 * Seals everything in every table anew. Which columns hold secrets is not asked: whatever text is sealed is found, so no
 * domain can be forgotten. All in the caller's write: it is sealed with one key or with the other, never half.
 */
export async function resealTables(
  tx: AnyTx,
  { from, to, except }: { from: Sealer; to: Sealer; except: readonly string[] },
): Promise<ResealedTable[]> {
  const done: ResealedTable[] = [];
  for (const [table, columns] of await listTextColumns(tx)) {
    if (except.includes(table)) continue;
    const found = await resealTable(tx, { table, columns, reseal: (text) => resealText(text, from, to) });
    if (found.rows > 0) done.push(found);
  }
  return done;
}

type TableWork = { table: string; columns: readonly string[]; reseal(text: string): Resealed };
type Row = Record<string, SqlValue>;

async function resealTable(tx: AnyTx, { table, columns, reseal }: TableWork): Promise<ResealedTable> {
  const done = { table, rows: 0, sealed: 0, left: 0 };
  const { place, isAt, find } = wordsOf(tx);
  const holds = columns.map((column) => `${find}("${column}", '${sealedPrefix}') > 0`).join(' or ');
  const places = await preparedRows<{ place: SqlValue }>(tx, `select ${place} as place from "${table}" where ${holds}`);
  const values = columns.map((column) => `"${column}"`).join(', ');
  const set = columns.map((column) => `"${column}" = ?`).join(', ');
  // One row at a time is in memory: some hold a backup of a server.
  for (const { place: at } of places) {
    const [row = {}] = await preparedRows<Row>(tx, `select ${values} from "${table}" where ${isAt}`, [at]);
    const fresh = columns.map((column) => {
      const value = row[column] ?? null;
      if (typeof value !== 'string') return value;
      const { text, sealed, left } = reseal(value);
      done.sealed += sealed;
      done.left += left;
      return text;
    });
    await preparedRun(tx, `update "${table}" set ${set} where ${isAt}`, [...fresh, at]);
    done.rows += 1;
  }
  return done;
}

/** A row is found by where it is, whatever its key: nobody else writes meanwhile. */
function wordsOf(tx: AnyTx): { place: string; isAt: string; find: string } {
  return dialectOf(tx) === 'postgres'
    ? { place: 'ctid::text', isAt: 'ctid = ?::tid', find: 'strpos' }
    : { place: 'rowid', isAt: 'rowid = ?', find: 'instr' };
}

async function listTextColumns(tx: AnyTx): Promise<Map<string, string[]>> {
  const text =
    dialectOf(tx) === 'postgres'
      ? `select table_name as "table", column_name as "column" from information_schema.columns
           where table_schema = current_schema() and data_type = 'text' order by table_name, ordinal_position`
      : `select tables.name as "table", columns.name as "column"
           from sqlite_schema tables join pragma_table_info(tables.name) columns
           where tables.type = 'table' and tables.name not like 'sqlite_%' and lower(columns.type) = 'text'
           order by tables.name, columns.cid`;
  const columns = new Map<string, string[]>();
  for (const { table, column } of await preparedRows<{ table: string; column: string }>(tx, text))
    columns.set(table, [...(columns.get(table) ?? []), column]);
  return columns;
}
