import { deriveStatus, type Reading } from './reading.ts';

/** A clock this far behind an entry of the same machine has been set back: a snapshot was restored, or worse. */
const clockToleranceMs = 5 * 60_000;

export type ResumeVerdict =
  | { go: true }
  | { go: false /** Why it pauses; null if it only has to rest. */; paused: string | null };

/**
 * May a claimed operation go on by itself? Resuming is for crashes: what was left long ago, or by a clock that now runs
 * behind, must not act on a fleet that has moved on.
 */
export function decideResume(
  reading: Reading,
  now: { nowMs: number; owner: string; isResume: boolean; limitMs: number; held?: string | undefined },
): ResumeVerdict {
  const status = deriveStatus(reading);
  if (status === 'paused') return { go: false, paused: reading.row.paused };
  if (status === 'needs_attention') return { go: false, paused: null };
  if (now.held !== undefined) return { go: false, paused: now.held };
  if (!now.isResume) return { go: true };
  const { touched_at, touched_by } = reading.row;
  const agoMs = now.nowMs - touched_at;
  if (agoMs > now.limitMs) {
    return { go: false, paused: `nobody has worked on it for ${Math.round(agoMs / 60_000)} minutes` };
  }
  if (touched_by === now.owner && -agoMs > clockToleranceMs) {
    return { go: false, paused: `the clock is ${Math.round(-agoMs / 60_000)} minutes behind its last record` };
  }
  return { go: true };
}
