/** How a cluster is followed, for people. */
export type FollowState =
  | { live: true; member: string; since: number; heard_at: number; pending: number }
  /** `next_try` in epoch milliseconds; 0 while one is under way. */
  | { live: false; since: number; reason: string; next_try: number };

/** How fresh a kind of a cluster is, as far as it is written down. */
export type View = { cluster: string; kind: string; seen_at: number; problem: string };
