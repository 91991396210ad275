import { shareCount } from './share-count.ts';

/** Which share something belongs to, by its name: the same in every daemon. FNV-1a spreads names that differ little. */
export function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % shareCount;
}

/** How many shares a daemon gives up, or takes if it can, so that all have about as many. */
export function balanceShares(held: number, daemons: number): { giveUp: number; take: number } {
  const quota = Math.ceil(shareCount / Math.max(1, daemons));
  return { giveUp: Math.max(0, held - quota), take: Math.max(0, quota - held) };
}
