import type { RosterRow } from '../document/server-rows.ts';

export type PollKind = 'light' | 'full';

const minuteMs = 60_000;
export const fullEveryMs = 60 * minuteMs;
/** While a server that just spoke to us is not ready yet, we look again after these, then at the usual pace. */
const quickTriesMs = [200, 400, 800, 1_500, 3_000, 5_000];

/** When a server is looked at again, after a look at it. `tries`: full polls since it last spoke that found it not ready. */
export function planNextPoll(
  row: Pick<RosterRow, 'status' | 'status_detail' | 'status_changed_at'>,
  nowMs: number,
  tries: number,
): { kind: PollKind; inMs: number } {
  const quick = quickTriesMs[tries - 1];
  if (quick !== undefined) return { kind: 'full', inMs: quick };
  const ageMs = nowMs - row.status_changed_at;
  if (row.status === 'pending') return { kind: 'full', inMs: ageMs < 15 * minuteMs ? 5_000 : 30_000 };
  if (row.status === 'ready')
    return row.status_detail === '' ? { kind: 'light', inMs: 25_000 } : { kind: 'full', inMs: 30_000 };
  if (row.status_detail === 'rebooting') return { kind: 'light', inMs: 10_000 };
  return { kind: 'light', inMs: ageMs < 10 * minuteMs && row.status_detail !== 'shut down' ? 10_000 : 25_000 };
}

/** Looks at many servers are spread over the interval; a few are looked at at once. */
export const firstPollInMs = (count: number, random: () => number): number => random() * Math.min(25_000, count * 2.5);

/** Up to a tenth earlier, so that those that came together drift apart. */
export const jitter = (inMs: number, random: () => number): number => inMs * (1 - random() / 10);
