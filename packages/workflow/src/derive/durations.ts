import type { Policy } from '../workflow.ts';

/** Pause before the try after `failed` failures. */
export const backoffMs = (policy: Policy, failed: number): number =>
  Math.min(policy.backoffMaxMs, policy.backoffMs * 2 ** Math.max(0, failed - 1));

/** `250 ms`, `30 s`, `45 min`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
