/** A cluster that could not be read in full is tried again after this, and then after twice as long each time. */
const retryMs = 60_000;

/** `failures`: so many scans on end could not read everything. */
export type LastScan = { startedMs: number; failures: number };

/**
 * When a cluster is scanned again. Each has a place of its own in the period, by its name: so scans are spread over
 * time, whenever the daemon was started, and however many clusters there are.
 */
export function nextScanMs(cluster: string, last: LastScan, everyMs: number): number {
  const phase = placeOf(cluster) % everyMs;
  const regular = last.startedMs + everyMs - ((((last.startedMs - phase) % everyMs) + everyMs) % everyMs);
  if (last.failures === 0) return regular;
  return Math.min(regular, last.startedMs + Math.min(retryMs * 2 ** (last.failures - 1), everyMs));
}

/** FNV-1a: spreads names that differ in one digit. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
