import type { Tx } from '../../schema.ts';

/** What of the work that never ends is this daemon's at this moment. */
export type Shares = {
  /** `server/NAME`, `cluster/NAME`. False also while the lease may have run out. */
  isMine(name: string): boolean;
  /** To be asked when work begins; what it gives back tells, inside a later write, whether it was ours all the time. */
  grip(name: string): (tx: Tx) => Promise<boolean>;
  start(): Promise<void>;
  /** Gives everything back, so that the others need not wait for the lease. */
  stop(): Promise<void>;
};

/** The only daemon of its database. */
export const allShares: Shares = {
  isMine: () => true,
  grip: () => async () => true,
  start: async () => {},
  stop: async () => {},
};
