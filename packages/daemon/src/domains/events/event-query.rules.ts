import { Fault } from '@operations-center/contract';
import { type EventType, eventTypes, type Place, readCursor, usualTypes } from './event.ts';

export type EventQuery = { type?: string | undefined; cursor?: string | undefined };

/** Which types are asked for; the usual ones, if none is named. */
export function readTypes({ type = '' }: EventQuery): ReadonlySet<string> {
  const named = type.split(',').filter((word) => word !== '');
  for (const word of named) {
    if (!eventTypes.includes(word as EventType))
      throw new Fault('event_type_unknown', `"${word.slice(0, 40)}" isn't a supported event type`, {
        details: { type: word.slice(0, 40) },
      });
  }
  return new Set(named.length === 0 ? usualTypes : named);
}

/** Behind which event is asked for; undefined: from now on. */
export function readPlace({ cursor }: EventQuery): Place | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const place = readCursor(cursor);
  if (place === undefined) throw new Fault('event_cursor_invalid', 'Bad Request: the cursor is none that we gave');
  return place;
}
