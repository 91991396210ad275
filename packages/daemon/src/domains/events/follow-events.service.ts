import type { Line } from '../../platform/http/line.ts';
import { eventJson, lostJson } from './event.ts';
import { type ReadParts, readOn } from './events.service.ts';

/** In memory for one client at most: what is not sent yet is read again from the log. */
const readAtOnce = 100;

/**
 * Sends what is behind `after`, then what comes, until the line is cut. A client gets what comes next only when it has
 * taken what came before: one that reads slowly holds up nobody, costs no memory, and misses nothing but what the log
 * itself does not keep any more – that it is told, with the place where it goes on.
 */
export async function followEvents(
  parts: ReadParts,
  { types, after }: { types: ReadonlySet<string>; after: number },
  line: Pick<Line, 'send' | 'signal'>,
): Promise<void> {
  let position = after;
  while (!line.signal.aborted) {
    const page = await readOn(parts, position, readAtOnce);
    if (page.lost !== undefined) await line.send(lostJson(page.lost, parts.clock.nowMs(), parts.location));
    for (const event of page.events) if (types.has(event.type)) await line.send(eventJson(event));
    position = page.position;
    if (page.events.length === 0) await parts.numbering.passed('events', position, line.signal);
  }
}
