import {
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from 'kysely';
import type { DialectName, SqlValue, Tx } from './database.ts';
import { type BodyMark, TransactionMisuse } from './transaction-misuse.ts';

/** What a write body can do besides Kysely: statements prepared once, without a query builder. */
export type PreparedConnection = {
  rows<Row>(text: string, parameters: readonly SqlValue[]): Promise<Row[]>;
  run(text: string, parameters: readonly SqlValue[]): Promise<number>;
};

/** A `Tx` of whatever schema. */
export type AnyTx = { readonly isTransaction: true };

/** What every transaction of one database shares. */
export type KyselyParts = { dialect: Dialect; dialectName: DialectName; compiler: QueryCompiler };

export const sqliteParts = (): KyselyParts => ({
  dialectName: 'sqlite',
  compiler: new SqliteQueryCompiler(),
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new NoTransactions(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

export const postgresParts = (): KyselyParts => ({
  dialectName: 'postgres',
  compiler: new PostgresQueryCompiler(),
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new NoTransactions(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Lends a connection for one query. */
export type Connect = <T>(use: (connection: DatabaseConnection) => Promise<T>) => Promise<T>;

/** The `tx` of one write body. Dead as soon as its body has ended. */
class BodyTransaction<Schema> extends Transaction<Schema> {
  readonly prepared: PreparedConnection;
  readonly mark: BodyMark;
  readonly dialectName: DialectName;

  constructor(parts: KyselyParts, connection: DatabaseConnection, prepared: PreparedConnection, mark: BodyMark) {
    super(
      kyselyProps(parts, async (use) => {
        assertOpen(mark);
        return use(connection);
      }),
    );
    this.prepared = prepared;
    this.mark = mark;
    this.dialectName = parts.dialectName;
  }
}

export const makeBodyTransaction = <Schema>(
  parts: KyselyParts,
  connection: DatabaseConnection,
  prepared: PreparedConnection,
  mark: BodyMark,
): Tx<Schema> => new BodyTransaction<Schema>(parts, connection, prepared, mark);

/** A Kysely that asks `connect` for each query; it has no transactions of its own. */
export const makeKysely = <Schema>(parts: KyselyParts, connect: Connect): Kysely<Schema> =>
  new Kysely<Schema>(kyselyProps(parts, connect));

/** Rows of a prepared statement inside a write; parameters are `?` on both databases. */
export async function preparedRows<Row>(tx: AnyTx, text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
  return preparedOf(tx).rows<Row>(text, parameters);
}

/** Runs a prepared statement inside a write; how many rows it changed. */
export async function preparedRun(tx: AnyTx, text: string, parameters: readonly SqlValue[] = []): Promise<number> {
  return preparedOf(tx).run(text, parameters);
}

/** Calls `callback` once this write is durable, outside of it; never if it is taken back. It must not throw. */
export function afterCommit(tx: AnyTx, callback: () => void): void {
  bodyTransactionOf(tx).mark.afterCommit.push(callback);
}

/** Which database a write goes to. */
export const dialectOf = (tx: AnyTx): DialectName => bodyTransactionOf(tx).dialectName;

function preparedOf(tx: AnyTx): PreparedConnection {
  const body = bodyTransactionOf(tx);
  assertOpen(body.mark);
  return body.prepared;
}

function bodyTransactionOf(tx: AnyTx): BodyTransaction<unknown> {
  if (tx instanceof BodyTransaction) return tx;
  throw new TransactionMisuse('prepared statements need the very tx that `write` gave to its body');
}

function assertOpen(mark: BodyMark): void {
  if (!mark.open) throw new TransactionMisuse(`the tx of the write "${mark.name}" was used after its body had ended`);
}

/** Kysely's own transactions would run beside `write` and wait for each other for ever: there are none here. */
class NoTransactions extends DummyDriver {
  override async beginTransaction(): Promise<void> {
    throw new TransactionMisuse('transactions are made by `write` only');
  }
}

function kyselyProps(parts: KyselyParts, connect: Connect) {
  return {
    config: { dialect: parts.dialect },
    dialect: parts.dialect,
    driver: new NoTransactions(),
    executor: new DefaultQueryExecutor(parts.compiler, parts.dialect.createAdapter(), { provideConnection: connect }),
  };
}
