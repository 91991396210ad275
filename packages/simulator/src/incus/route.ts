import type { Call } from './call.ts';
import type { Answer } from './reply.ts';

export type Handler = (call: Call) => Answer | Promise<Answer>;
export type RouteWish = {
  path: string;
  handlers: Record<string, Handler>;
  /** Methods that callers without a known certificate may use. */
  untrusted?: readonly string[];
  /** Belongs to a project: certificates restricted to it may use it. */
  project?: true;
  /** Methods that answer without a quorum of the cluster's database. */
  databaseless?: readonly string[];
};
export type Route = RouteWish & { parts: readonly string[] };
