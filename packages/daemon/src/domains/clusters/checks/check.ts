import type { Finding } from '@operations-center/contract';
import type { Facts } from './facts.ts';

export type Verdict = Finding['verdict'];

/** The parts of the doctor's report, in the order in which they are told. */
export const checkGroups = [
  'request',
  'reachability',
  'identity',
  'servers',
  'clocks',
  'network',
  'incus',
  'storage',
  'services',
  'application',
  'updates',
  'security',
] as const;
export type CheckGroup = (typeof checkGroups)[number];

/** What a check has to say about some servers; about none: about the request as a whole. */
export type Outcome = {
  verdict: Verdict;
  servers: readonly string[];
  seen: string;
  /** Why that is a problem, or why nothing was checked. */
  cause: string | null;
  /** In place of the check's own remedy. */
  remedy?: string;
};

/** One named question about a creation. Read-only; it knows what servers show and nothing of who made them show it. */
export type Check = {
  /** Permanent: people search for it and ignore it by this name. */
  name: string;
  group: CheckGroup;
  title: string;
  /** What is looked at, and what would happen otherwise. */
  about: string;
  /** The API fields and rows that are read. */
  reads: readonly string[];
  ignorable: boolean;
  /** What to do, with a command that exists. `{server}` and `{cluster}` stand for names. */
  remedy: string;
  run(facts: Facts): readonly Outcome[];
};
