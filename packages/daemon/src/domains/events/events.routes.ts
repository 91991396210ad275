import { type Handler, handle, okJson } from '../../platform/http/answer.ts';
import { handleStream, type StreamHandler } from '../../platform/http/streams.ts';
import { eventJson, lostJson, toCursor } from './event.ts';
import { readPlace, readTypes } from './event-query.rules.ts';
import { type ReadParts, readOn } from './events.service.ts';
import { followEvents } from './follow-events.service.ts';

export const eventHandlers = (parts: ReadParts): Handler[] => [
  handle('events_list', async ({ query }) => {
    const types = readTypes(query);
    const after = readPlace(query);
    if (after === undefined) return okJson(pageJson([], parts.numbering.head('events').number));
    const { events, lost, position } = await readOn(parts, after, query.limit);
    const told = events.filter(({ type }) => types.has(type)).map(eventJson);
    const first = lost === undefined ? [] : [lostJson(lost, parts.clock.nowMs(), parts.location)];
    return okJson(pageJson([...first, ...told], position));
  }),
];

export const eventStreams = (parts: ReadParts): StreamHandler[] => [
  handleStream('events_list', (query) => {
    const types = readTypes(query);
    const after = readPlace(query) ?? parts.numbering.head('events').number;
    return (line) => followEvents(parts, { types, after }, line);
  }),
];

const pageJson = (events: readonly string[], position: number): string =>
  `{"events":[${events.join(',')}],"cursor":"${toCursor(position)}"}`;
