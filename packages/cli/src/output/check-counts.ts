import type { Finding } from '@operations-center/contract';

// What could not be asked of one server is not ok.
const severity = ['blocking', 'warning', 'skipped', 'ok'] as const;

export type CheckCounts = Record<Finding['verdict'] | 'ignored', number>;

/** A check counts once, by its worst finding, so that the counts come to the number of checks. */
export function countChecks(findings: readonly Finding[]): CheckCounts {
  const counts: CheckCounts = { ok: 0, warning: 0, blocking: 0, skipped: 0, ignored: 0 };
  for (const own of Map.groupBy(findings, ({ check }) => check).values()) {
    const worst = severity.find((verdict) => own.some((finding) => finding.verdict === verdict)) ?? 'ok';
    counts[worst] += 1;
    if (worst === 'blocking' && own.every(({ verdict, ignored }) => verdict !== 'blocking' || ignored))
      counts.ignored += 1;
  }
  return counts;
}
