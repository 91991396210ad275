/** An event that is kept elsewhere, with its place there. `at`: epoch milliseconds; `metadata`: JSON. */
export type ToldEvent = { number: number; at: number; metadata: string };

/** The log of the inventory's changes, which has a database of its own. */
export type ChangeLog = {
  /** `number`: the newest entry; up to `pruned` they are gone. */
  head(): Promise<{ number: number; pruned: number }>;
  read(after: number, limit: number): Promise<ToldEvent[]>;
  /** Resolves when there is more than this. Rejects with the signal's reason. */
  passed(number: number, signal: AbortSignal): Promise<void>;
};
