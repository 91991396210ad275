/**
 * Why a daemon stands still: it was restored, and the fleet may have moved on since the backup was made; or it found its
 * database older than what it had seen of it. Times are epoch milliseconds.
 */
export type Hold = { since: number; backup_made_at: number } | { since: number; seen_at: number };

/** A hold as people are told of it. */
export type ShownHold = { since: string; reason: string };

export const showHold = (hold: Hold): ShownHold => ({
  since: new Date(hold.since).toISOString(),
  reason:
    'backup_made_at' in hold
      ? `restored from a backup of ${new Date(hold.backup_made_at).toISOString()}`
      : `started on a database that lacks what this daemon saw in it at ${new Date(hold.seen_at).toISOString()}: a dump or copy of it was put back`,
});
