import type { Kysely, Transaction } from 'kysely';

/** A write in progress. Only the body that was given it may use it, and only until that body ends. */
export type Tx<Schema> = Transaction<Schema>;

/** What may be bound to a statement. Anything else is refused: node:sqlite would misread it without an error. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export type DialectName = 'sqlite' | 'postgres';

/** Where slow writes and migrations are told; a pino logger fits. */
export type DatabaseLog = {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
};

export type WriteOptions = {
  /**
   * The body first changes or locks the row by which it decides. On PostgreSQL it then waits for others where it would
   * else be begun again (read committed); on SQLite nothing is different.
   */
  locksFirst?: boolean;
  /**
   * Bodies that read what all of their kind write, and are long: at once they would only undo each other. On PostgreSQL
   * they wait in line from the first try, those of all daemons; on SQLite every body does.
   */
  inLine?: boolean;
};

/**
 * One database, the same on SQLite and PostgreSQL. Reads go through `read` or `rows`, every write through `write`.
 *
 * `write` runs its body inside a transaction and resolves after the COMMIT. Bodies that wait together share one
 * transaction on SQLite, each in a savepoint (group commit, engineering E1); on PostgreSQL each has a serializable one.
 * So a body may decide by what it reads. One that throws takes back only itself. One that lost against another is run
 * again, so it must do nothing but use `tx`: using `read`, another `write`, a timer or the network inside throws
 * `TransactionMisuse`. Both throw `DatabaseUnavailable` when the database cannot be used at this moment.
 */
export interface Database<Schema> {
  readonly dialect: DialectName;
  /** Refuses to write: SQLite opens it read-only, PostgreSQL's sessions are read-only unless `write` says otherwise. */
  readonly read: Kysely<Schema>;
  /** The hot way to read: prepared once, no query builder. Parameters are `?` on both databases. */
  rows<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  write<T>(name: string, body: (tx: Tx<Schema>) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** The database's clock in epoch milliseconds: leases live by it, never by a daemon's own (engineering E7). */
  nowMs(): Promise<number>;
  /** Lets the writes that wait end, then closes. Further use is refused. */
  close(): Promise<void>;
}

/** One step of the schema's history. `up` runs once, inside a transaction; there is no way down, a copy is kept instead. */
export type Migration = {
  /** `0001-first`: sorted by name, never changed once released. */
  name: string;
  up(tx: Kysely<unknown>, dialect: DialectName): Promise<void>;
};
