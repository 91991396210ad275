import { readFileSync } from 'node:fs';

/** Beside one listener per server: connections, files, the runtime's own. */
const SPARE = 512;

/** Throws if the process may not open enough files for so many servers. */
export function checkDescriptors(servers: number, limits: string = readLimits()): void {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (servers + SPARE <= limit) return;
  throw new RangeError(
    `${servers} servers need about ${servers + SPARE} open files, but this process may only have ${limit}: run 'ulimit -n ${servers + SPARE}' first`,
  );
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return ''; // Not Linux: then listening itself will say so.
  }
}
