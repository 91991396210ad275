import type { Daemon } from './daemon.ts';
import type { Eyes } from './incus-eyes.ts';
import type { Guests } from './matrix-files.ts';
import type { Ran } from './programs.ts';
import type { OperationFacts } from './story.ts';

/** A world in which the matrix runs: a daemon and eleven servers that are registered and ready. */
export type MatrixWorld = {
  directory: string;
  daemon: Daemon;
  servers: readonly { name: string; url: string }[];
  /** What every application file needs here: nothing, or the pool that this kernel can make. */
  extra: { yaml: string; json: object };
  /** The requests that reached the servers. */
  received(): Promise<readonly { server: string; method: string; path: string }[]>;
};
export const serversNeeded = 11;

/** What a case may look at once its cluster was made. */
export type Made = {
  world: MatrixWorld;
  cluster: string;
  servers: readonly { name: string; url: string }[];
  eyes: Eyes;
  guests: Guests;
  ran: Ran;
  operation: OperationFacts;
  /** Calls that changed something, since the creation began. */
  changes: readonly { server: string; method: string; path: string }[];
};
