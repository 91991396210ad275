export { type AnyTx, afterCommit, dialectOf, preparedRows, preparedRun } from './body-transaction.ts';
export type { Database, DatabaseLog, DialectName, Migration, SqlValue, Tx, WriteOptions } from './database.ts';
export { DatabaseUnavailable, isPassing, TextRefused } from './database-unavailable.ts';
export { bytesType, nowMsText, textType } from './dialect.ts';
export { NewerSchema } from './newer-schema.ts';
export { openPostgres, type PostgresOptions } from './postgres.ts';
export { openSqlite, type SqliteOptions } from './sqlite.ts';
export { copySqlite, findSqliteDamage } from './sqlite-copy.ts';
export { assertOutsideTransaction, TransactionMisuse } from './transaction-misuse.ts';
