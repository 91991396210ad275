import { type AnyTx, afterCommit } from '@operations-center/database';
import type { ChangeLog } from '../../platform/change-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { MainDatabase } from '../../schema.ts';
import type { Lost, NewEvent, StoredEvent } from './event.ts';
import type { EventLog } from './event-log.ts';
import { insertEvent, readEvents } from './events.store.ts';
import type { Numbering } from './numbering.service.ts';

export type EventLogParts = {
  clock: Clock;
  /** The name of this daemon among others on the same database. */
  location: string;
  numbering: Pick<Numbering, 'nudge'>;
  /** Hears of each event inside the same write. */
  heed?(tx: AnyTx, event: NewEvent): Promise<void>;
};

export function makeEventLog(parts: EventLogParts): EventLog {
  async function append(tx: AnyTx, event: NewEvent): Promise<void> {
    await insertEvent(tx, event, parts.location);
    await parts.heed?.(tx, event);
    afterCommit(tx, parts.numbering.nudge);
  }
  return {
    append,
    changed: (tx, metadata) => append(tx, { type: 'lifecycle', at: parts.clock.nowMs(), metadata }),
  };
}

export type ReadParts = {
  database: MainDatabase;
  clock: Clock;
  location: string;
  numbering: Pick<Numbering, 'head' | 'passed' | 'refresh'>;
  /** Given where there is an inventory to follow. */
  changes(): ChangeLog | undefined;
};

/** What stands behind a place in the log. `position` is where the next look begins. */
export type EventPage = { events: StoredEvent[]; position: number; lost: Lost | undefined };

/** Reads on from `after`; where events are gone that stood there, it says so and goes on behind them. */
export async function readOn(
  parts: Pick<ReadParts, 'database' | 'numbering'>,
  after: number,
  limit: number,
): Promise<EventPage> {
  // It may have heard of it from another daemon, which is further than we know.
  if (after > parts.numbering.head('events').number) await parts.numbering.refresh();
  const lost = lostBehind(after, parts.numbering.head('events'));
  const from = lost?.resume ?? after;
  const events = limit === 0 ? [] : await readEvents(parts.database, from, limit);
  const [first] = events;
  // Removed since we last learned of it, by us or by another daemon.
  if (lost === undefined && first !== undefined && first.number > from + 1)
    return { events, position: positionOf(events, from), lost: { reason: 'pruned', resume: first.number - 1 } };
  return { events, position: positionOf(events, from), lost };
}

function lostBehind(after: number, head: { number: number; pruned: number }): Lost | undefined {
  if (after > head.number) return { reason: 'unknown', resume: head.number };
  return after < head.pruned ? { reason: 'pruned', resume: head.pruned } : undefined;
}

const positionOf = (events: readonly StoredEvent[], from: number): number => events.at(-1)?.number ?? from;
