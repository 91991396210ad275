import type { ChangeLog } from '../../platform/change-log.ts';
import type { Line } from '../../platform/http/line.ts';
import { changeJson, eventJson, lostJson, type Place } from './event.ts';
import { type ReadParts, readOn } from './events.service.ts';
import { readChangesOn } from './read-changes.service.ts';

/** In memory for one client at most: what is not sent yet is read again from the log. */
const readAtOnce = 100;

type Following = { types: ReadonlySet<string>; place: Place; line: Pick<Line, 'send' | 'signal'> };

/**
 * Sends what is behind `after`, then what comes, until the line is cut. A client gets what comes next only when it has
 * taken what came before: one that reads slowly holds up nobody, costs no memory, and misses nothing but what the log
 * itself does not keep any more – that it is told, with the place where it goes on. Each event has the place behind it in
 * both logs, as far as they were told.
 */
export async function followEvents(
  parts: ReadParts,
  { types, after }: { types: ReadonlySet<string>; after: Place },
  line: Pick<Line, 'send' | 'signal'>,
): Promise<void> {
  const following = { types, place: { ...after }, line };
  const changes = types.has('inventory') ? parts.changes() : undefined;
  const both = [
    followLog(parts, following),
    ...(changes === undefined ? [] : [followChanges(parts, changes, following)]),
  ];
  await Promise.all(both);
}

async function followLog(parts: ReadParts, { types, place, line }: Following): Promise<void> {
  while (!line.signal.aborted) {
    const page = await readOn(parts, place.events, readAtOnce);
    if (page.lost !== undefined) {
      place.events = page.lost.resume;
      await line.send(lostJson(page.lost, parts.clock.nowMs(), parts.location, place));
    }
    for (const event of page.events) {
      place.events = event.number;
      if (types.has(event.type)) await line.send(eventJson(event, place));
    }
    place.events = page.position;
    if (page.events.length === 0) await parts.numbering.passed('events', place.events, line.signal);
  }
}

async function followChanges(parts: ReadParts, log: ChangeLog, { place, line }: Following): Promise<void> {
  while (!line.signal.aborted) {
    const page = await readChangesOn(log, place.inventory ?? 0, readAtOnce);
    if (page.lost !== undefined) {
      place.inventory = page.lost.resume;
      await line.send(lostJson(page.lost, parts.clock.nowMs(), parts.location, place));
    }
    for (const change of page.changes) {
      place.inventory = change.number;
      await line.send(changeJson(change, place, parts.location));
    }
    place.inventory = page.position;
    if (page.changes.length === 0) await log.passed(page.position, line.signal);
  }
}
