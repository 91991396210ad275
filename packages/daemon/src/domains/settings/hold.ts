/** Why a daemon stands still: it was restored, and the fleet may have moved on since the backup was made. */
export type Hold = {
  /** Epoch milliseconds of the restore, and of the backup. */
  since: number;
  backup_made_at: number;
};

/** A hold as people are told of it. */
export type ShownHold = { since: string; reason: string };

export const showHold = ({ since, backup_made_at }: Hold): ShownHold => ({
  since: new Date(since).toISOString(),
  reason: `restored from a backup of ${new Date(backup_made_at).toISOString()}`,
});
