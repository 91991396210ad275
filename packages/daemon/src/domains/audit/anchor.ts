/**
 * Says that the audit was pruned: all entries up to a number, by which policy, and the hash of the last of them, from
 * which the chain goes on. It is an entry of the audit itself, and the newest one counts.
 */
export type Anchor = { up_to: number; hash: string; kept_days: number };

export const anchorAction = 'audit-pruned';
