import type { ChangeLog, ToldEvent } from '../../platform/change-log.ts';
import type { Lost } from './event.ts';

/** What stands behind a place in the log of changes. `position` is where the next look begins. */
export type ChangePage = { changes: ToldEvent[]; position: number; lost: Lost | undefined };

export async function readChangesOn(log: ChangeLog, after: number, limit: number): Promise<ChangePage> {
  const head = await log.head();
  const lost = lostBehind(after, head);
  const from = lost?.resume ?? after;
  const changes = limit === 0 ? [] : await log.read(from, limit);
  return { changes, position: changes.at(-1)?.number ?? from, lost };
}

/** A cursor may be of an inventory that was begun anew. */
function lostBehind(after: number, { number, pruned }: { number: number; pruned: number }): Lost | undefined {
  if (after > number) return { reason: 'unknown', resume: number, of: 'inventory' };
  return after < pruned ? { reason: 'pruned', resume: pruned, of: 'inventory' } : undefined;
}
