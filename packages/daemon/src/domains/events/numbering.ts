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
