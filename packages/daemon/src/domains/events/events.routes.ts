import { type Handler, handle, okJson } from '../../platform/http/answer.ts';
import { handleStream, type StreamHandler } from '../../platform/http/streams.ts';
import { changeJson, eventJson, lostJson, type Place, toCursor } from './event.ts';
import { readPlace, readTypes } from './event-query.rules.ts';
import { type ReadParts, readOn } from './events.service.ts';
import { followEvents } from './follow-events.service.ts';
import { readChangesOn } from './read-changes.service.ts';

type Types = ReadonlySet<string>;

export const eventHandlers = (parts: ReadParts): Handler[] => [
  handle('events_list', async ({ query }) => {
    const types = readTypes(query);
    const after = await beginOf(parts, types, readPlace(query));
    if (query.cursor === undefined || query.cursor === '') return okJson(pageJson([], after));
    return okJson(await readPage(parts, types, after, query.limit));
  }),
];

export const eventStreams = (parts: ReadParts): StreamHandler[] => [
  handleStream('events_list', (query) => {
    const types = readTypes(query);
    const given = readPlace(query);
    // From now: also of what is told while the line is made.
    const events = given?.events ?? parts.numbering.head('events').number;
    return async (line) => {
      const { inventory } = await beginOf(parts, types, given);
      return followEvents(parts, { types, after: { events, inventory } }, line);
    };
  }),
];

/** What is not in the cursor begins now. */
async function beginOf(parts: ReadParts, types: Types, given: Place | undefined): Promise<Place> {
  const events = given?.events ?? parts.numbering.head('events').number;
  if (!types.has('inventory')) return { events };
  return { events, inventory: given?.inventory ?? (await parts.changes()?.head())?.number ?? 0 };
}

async function readPage(parts: ReadParts, types: Types, after: Place, limit: number): Promise<string> {
  const now = parts.clock.nowMs();
  const { events, lost, position } = await readOn(parts, after.events, limit);
  const texts = lost === undefined ? [] : [lostJson(lost, now, parts.location, after)];
  for (const event of events) if (types.has(event.type)) texts.push(eventJson(event, after));
  const changes = parts.changes();
  if (after.inventory === undefined || changes === undefined) return pageJson(texts, { events: position });
  const page = await readChangesOn(changes, after.inventory, limit);
  const place = { events: position, inventory: page.position };
  if (page.lost !== undefined) texts.push(lostJson(page.lost, now, parts.location, place));
  for (const change of page.changes) texts.push(changeJson(change, place, parts.location));
  return pageJson(texts, place);
}

const pageJson = (events: readonly string[], place: Place): string =>
  `{"events":[${events.join(',')}],"cursor":"${toCursor(place)}"}`;
