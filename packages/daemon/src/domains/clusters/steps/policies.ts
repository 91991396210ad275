import type { Policy } from '@operations-center/workflow';

const second = 1_000;
const minute = 60 * second;

/** How the steps of a creation are tried. A transient failure is one that the same call may not meet again. */
const policy = (name: string, values: Partial<Policy>): Policy => ({
  name,
  attempts: 5,
  backoffMs: 100,
  backoffMaxMs: 5 * second,
  deadlineMs: 30 * second,
  everyMs: second,
  ...values,
});

/** Reads, rows, small changes. */
export const quick = policy('quick', {});
/** Services and restores run host tools inside the request. */
export const patient = policy('patient', { deadlineMs: 4 * minute });
/** Not tried twice by itself: what it did is looked for first. */
export const clustering = policy('clustering', { attempts: 3, deadlineMs: 2 * minute });
/** A join is watched: Incus itself takes 5 to 20 s on a busy machine. */
export const joining = policy('joining', { attempts: 8, backoffMs: 250, deadlineMs: 2 * minute, everyMs: 20 });
/** Pools and networks of a big cluster are made member by member. */
export const applying = policy('applying', { deadlineMs: 3 * minute });
/** A server that must be told something may be off for a while: it is waited for, visibly, for half an hour. */
export const returning = policy('returning', { attempts: 360, backoffMs: 250, deadlineMs: 4 * minute });
