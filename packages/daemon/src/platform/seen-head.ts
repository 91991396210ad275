import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where the audit ended when this daemon looked last: number and hash of its newest entry, and the time of the look. */
export type SeenHead = { number: number; hash: string; at: number };

/** What no daemon can have written says nothing. */
export function readSeenHead(path: string): SeenHead | undefined {
  try {
    const [number, hash = '', at] = readFileSync(path, 'utf8').trim().split(' ');
    const seen = { number: Number(number), hash, at: Number(at) };
    return Number.isSafeInteger(seen.number) && Number.isSafeInteger(seen.at) && hash !== '' ? seen : undefined;
  } catch {
    return undefined;
  }
}

/** Beside the database, so that it does not go back in time with it. A crash leaves the one before. */
export function writeSeenHead(path: string, { number, hash, at }: SeenHead): void {
  writeFileSync(`${path}.new`, `${number} ${hash} ${at}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
