import type { Seen } from './server-status.machine.ts';

/** What the services may ask of polling. */
export type Poller = {
  /** Something about these servers changed in the database; with `poll` they are asked for everything soon. */
  changed(names: readonly string[], poll: boolean): void;
  /** A full poll now; what was seen. Undefined: there is no such server to poll. */
  pollNow(name: string): Promise<Seen | undefined>;
  start(): void;
  /** Ends looks under way, and saves when servers were last seen. */
  stop(): Promise<void>;
};
