import type { Clock } from '../../platform/clock.ts';
import { readSeenHead, type SeenHead, writeSeenHead } from '../../platform/seen-head.ts';
import type { MainDatabase } from '../../schema.ts';
import { findHash, readAuditHead } from './audit.store.ts';

export type SeenHistory = {
  /**
   * What this daemon saw last, if the database knows nothing of it: it is older than that, or another history began
   * since. Somebody put back a dump or a copy of it.
   */
  findBreak(): Promise<SeenHead | undefined>;
  /** From now on this is what was seen. */
  remember(): Promise<void>;
};

export function makeSeenHistory(parts: { database: MainDatabase; clock: Clock; path: string }): SeenHistory {
  const { database, clock, path } = parts;
  let kept = '';
  return {
    async findBreak() {
      const seen = readSeenHead(path);
      if (seen === undefined) return undefined;
      const head = await readAuditHead(database);
      if (head.number < seen.number) return seen;
      // What was pruned by policy cannot be compared.
      const hash = seen.number <= head.pruned ? undefined : await findHash(database, seen.number);
      return hash === undefined || hash === seen.hash ? undefined : seen;
    },
    async remember() {
      const { number, hash } = await readAuditHead(database);
      const head = `${number} ${hash}`;
      if (number === 0 || head === kept) return;
      writeSeenHead(path, { number, hash, at: clock.nowMs() });
      kept = head;
    },
  };
}
