const firstMs = 200;
const longestMs = 30_000;

/**
 * How long to wait before the next member is asked to tell its events. The pauses double, and differ by chance, so that
 * a fleet that comes back is not asked all at once.
 */
export function retryInMs(failures: number, random: () => number): number {
  const ms = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(ms * (0.5 + random() / 2));
}
