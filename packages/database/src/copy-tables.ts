import { createHash } from 'node:crypto';
import { type AnyTx, dialectOf, preparedRows, preparedRun } from './body-transaction.ts';
import type { Database, SqlValue } from './database.ts';
import { runUnmarked } from './transaction-misuse.ts';

/** What was copied of one table: its digest is of the rows as they were read, whatever their order. */
export type CopiedTable = { table: string; rows: number; digest: string };

export type CopyOptions = {
  /** Parents before those that refer to them, as `listTables` gives them. */
  tables: readonly TableShape[];
  /** What a column has in the copy instead of its value. */
  instead?: Readonly<Record<string, SqlValue>>;
};

export type TableShape = { table: string; columns: readonly string[]; key: readonly string[] };

/** Read only. */
type Source = Pick<Database<unknown>, 'rows'>;
type Row = Record<string, SqlValue>;
type Ask = (text: string, parameters: readonly SqlValue[]) => Promise<Row[]>;

const rowsAtOnce = 200;

/** The tables of a SQLite database, parents first. PostgreSQL has the same, made by the same migrations. */
export async function listTables(sqlite: Source, except: readonly string[]): Promise<TableShape[]> {
  const found = await sqlite.rows<{ name: string }>(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  const names = found.map(({ name }) => name).filter((name) => !except.includes(name));
  const ordered: string[] = [];
  const place = async (table: string): Promise<void> => {
    if (ordered.includes(table) || !names.includes(table)) return;
    const parents = await sqlite.rows<{ parent: string }>('select "table" as parent from pragma_foreign_key_list(?)', [
      table,
    ]);
    for (const { parent } of parents) if (parent !== table) await place(parent);
    ordered.push(table);
  };
  for (const name of names) await place(name);
  return Promise.all(ordered.map((table) => shapeOf(sqlite, table)));
}

async function shapeOf(sqlite: Source, table: string): Promise<TableShape> {
  const columns = await sqlite.rows<{ name: string; pk: number }>(
    'select name, pk from pragma_table_info(?) order by cid',
    [table],
  );
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return { table, columns: columns.map(({ name }) => name), key: key.map(({ name }) => name) };
}

/**
 * Copies tables in the caller's write, in the place of what stands in them there, then reads the copy again. Throws,
 * naming the table, if it is not what was read. Nobody else may write to `from` meanwhile.
 */
export async function copyTables(from: Source, tx: AnyTx, options: CopyOptions): Promise<CopiedTable[]> {
  for (const { table } of options.tables.toReversed()) await preparedRun(tx, `delete from ${table}`);
  const copied: CopiedTable[] = [];
  for (const shape of options.tables) copied.push(await copyTable(from, tx, shape, options.instead ?? {}));
  return copied;
}

async function copyTable(from: Source, tx: AnyTx, shape: TableShape, instead: Row): Promise<CopiedTable> {
  const source: Ask = (text, values) => runUnmarked(() => from.rows<Row>(text, values));
  const read = makeDigest();
  for await (const rows of pagesOf(source, shape)) {
    const written = rows.map((row) => valuesOf(shape, { ...row, ...pick(instead, shape) }));
    for (const values of written) read.add(values);
    const places = `(${shape.columns.map(() => '?').join(', ')})`;
    const text = `insert into ${shape.table} (${namesOf(shape.columns)}) values ${written.map(() => places).join(', ')}`;
    await preparedRun(tx, text, written.flat());
  }
  await moveIdentity(tx, shape);
  const kept = makeDigest();
  for await (const rows of pagesOf((text, values) => preparedRows<Row>(tx, text, values), shape))
    for (const row of rows) kept.add(valuesOf(shape, row));
  const [was, is] = [read.end(), kept.end()];
  if (was.digest !== is.digest || was.rows !== is.rows)
    throw new Error(
      `table ${shape.table}: ${was.rows} rows (${was.digest}) were read, ${is.rows} (${is.digest}) are in the copy`,
    );
  return { table: shape.table, ...is };
}

/** By key, so that no page is counted through. */
async function* pagesOf(ask: Ask, { table, columns, key }: TableShape): AsyncGenerator<Row[]> {
  const order = namesOf(key);
  const places = key.map(() => '?').join(', ');
  let last: SqlValue[] | undefined;
  for (;;) {
    const behind = last === undefined ? '' : `where (${order}) > (${places})`;
    const text = `select ${namesOf(columns)} from ${table} ${behind} order by ${order} limit ${rowsAtOnce}`;
    const rows = await ask(text, last ?? []);
    if (rows.length > 0) yield rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < rowsAtOnce) return;
    last = key.map((column) => end[column] ?? null);
  }
}

/** Quoted, for a column may be called as a word of SQL is. */
const namesOf = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

const pick = (instead: Row, { columns }: TableShape): Row =>
  Object.fromEntries(Object.entries(instead).filter(([column]) => columns.includes(column)));

const valuesOf = ({ columns }: TableShape, row: Row): SqlValue[] => columns.map((column) => row[column] ?? null);

/** Numbers that PostgreSQL gives to new rows go on after those that were copied. */
async function moveIdentity(tx: AnyTx, { table, key: [id, ...more] }: TableShape): Promise<void> {
  if (dialectOf(tx) !== 'postgres' || id === undefined || more.length > 0) return;
  const sequence = 'select pg_get_serial_sequence(?, ?) as name';
  const [found] = await preparedRows<{ name: string | null }>(tx, sequence, [table, id]);
  if (found?.name === null || found?.name === undefined) return;
  await preparedRows(tx, `select setval(?, max(${namesOf([id])})) from ${table} having count(*) > 0`, [found.name]);
}

/** The sum of the rows' digests: the same for the same rows in any order. */
function makeDigest() {
  let sum = 0n;
  let rows = 0;
  return {
    add(values: readonly SqlValue[]): void {
      const text = JSON.stringify(values.map(comparable));
      sum = (sum + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)) % 2n ** 256n;
      rows += 1;
    },
    end: () => ({ rows, digest: sum.toString(16).padStart(64, '0').slice(0, 16) }),
  };
}

const comparable = (value: SqlValue): string | number | null => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'bigint' ? Number(value) : value;
};
