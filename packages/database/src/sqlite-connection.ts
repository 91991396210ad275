import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { SqlValue } from './database.ts';
import { toSqliteError } from './database-unavailable.ts';
import { checkParameters } from './sql-value.ts';

/** Beyond this many texts something builds SQL from values; the oldest statement makes room. */
const cachedStatements = 1_000;
const busyTimeoutMs = 5_000;

type Prepared = { statement: StatementSync; returnsRows: boolean };

/** One connection to one SQLite file, every statement prepared once. The only place that binds values (stack P10). */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(path: string, options: { readOnly?: boolean; busyTimeoutMs?: number } = {}) {
    if (path !== ':memory:' && options.readOnly !== true) makePrivateFile(path);
    this.#database = new DatabaseSync(path, {
      readOnly: options.readOnly ?? false,
      timeout: options.busyTimeoutMs ?? busyTimeoutMs,
      enableForeignKeyConstraints: true,
    });
    if (options.readOnly === true) return;
    this.#database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864;');
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Rows of a statement that returns some, else none. */
  all<Row>(text: string, parameters: readonly SqlValue[]): Row[] {
    return told(() => {
      const { statement } = this.#prepare(text);
      return statement.all(...checkParameters(parameters, text)) as Row[]; // the caller names the columns it asked for
    });
  }

  /** Runs a statement that returns nothing; how many rows it changed. */
  run(text: string, parameters: readonly SqlValue[] = []): number {
    return told(() => {
      const { statement } = this.#prepare(text);
      return Number(statement.run(...checkParameters(parameters, text)).changes);
    });
  }

  /** Several statements at once, not prepared. */
  script(text: string): void {
    told(() => this.#database.exec(text));
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    return told(() => {
      const { statement, returnsRows } = this.#prepare(sql);
      const values = checkParameters(parameters, sql);
      if (returnsRows) {
        const rows = statement.all(...values) as R[]; // Kysely's types say what the query returns
        return { rows, numAffectedRows: BigInt(rows.length) };
      }
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // A statement of its own: a cached one would be reset by the same query asked again while this one is read.
    const statement = this.#database.prepare(sql);
    for (const row of statement.iterate(...checkParameters(parameters, sql))) yield { rows: [row as R] }; // as above
  }

  close(): void {
    this.#prepared.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    if (this.#prepared.size >= cachedStatements) this.#forgetOldest();
    this.#prepared.set(text, prepared);
    return prepared;
  }

  #forgetOldest(): void {
    for (const text of this.#prepared.keys()) {
      this.#prepared.delete(text);
      return;
    }
  }
}

/** What the file or the disk refuses is told apart from what is wrong with the statement. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toSqliteError(error);
  }
}

/** SQLite gives `-wal` and `-shm` the mode of the file itself, so it is made private before the first byte. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
