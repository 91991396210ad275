/** How a cluster is followed, for people. */
export type FollowState =
  | { live: true; member: string; since: number; heard_at: number; pending: number }
  /** `next_try` in epoch milliseconds; 0 while one is under way. */
  | { live: false; since: number; reason: string; next_try: number };

/** The kind under which a daemon writes down that all kinds of a cluster are live for it: the others read it. */
export const everyKind = '*';

/** How fresh a kind of a cluster is, as far as it is written down. */
export type View = { cluster: string; kind: string; seen_at: number; problem: string };
