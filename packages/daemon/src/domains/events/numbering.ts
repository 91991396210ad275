import { type AnyTx, dialectOf } from '@operations-center/database';

/** A log whose entries get numbers: its table has the columns `id`, `xact` and `number`. */
export type NumberedLog = {
  /** Also the name of the table; a constant of the program. */
  name: 'events' | 'audit';
  /** Links each entry to the one before; without it the log is only numbered. */
  chain?: Chain;
};

export type Chain = {
  /** What of a row is linked; constants of the program. */
  columns: readonly string[];
  /** The hash of an entry: over its number, its columns in this order, and the hash before. */
  hash(before: string, entry: readonly ChainValue[]): string;
};

export type ChainValue = string | number | null;

export type LogHead = { number: number; hash: string; pruned: number };

/** What is linked of an entry: its number, then its columns. */
export const entryOf = (number: number, row: Readonly<Record<string, ChainValue>>, chain: Chain): ChainValue[] => [
  number,
  ...chain.columns.map((column) => row[column] ?? null),
];

/** The id of the transaction that writes a row, for its column `xact`. */
export const writingXact = (tx: AnyTx): string =>
  dialectOf(tx) === 'postgres' ? 'pg_current_xact_id()::text::bigint' : '0';
