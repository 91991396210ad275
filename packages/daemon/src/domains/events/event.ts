import type { ToldEvent } from '../../platform/change-log.ts';

/** What happened, in Incus' words: a change of one of our objects, or a step of an operation. */
export type EventType = 'lifecycle' | 'operation' | 'inventory';

export const eventTypes: readonly EventType[] = ['lifecycle', 'operation', 'inventory'];
/** What is told where no type is named. Changes of the inventory may be many: who wants them says so. */
export const usualTypes: readonly EventType[] = ['lifecycle', 'operation'];

export type LifecycleMetadata = {
  /** `server-renamed`: noun, then what happened to it. */
  action: string;
  /** URL of the object, under its new name. */
  source: string;
  /** Its name, where it has one. */
  name?: string;
  /** What else is known: `old_name`, `status`. */
  context?: Readonly<Record<string, string | number | null>>;
  /** Who did it, where it was no caller of the API: a machine, by its own certificate. */
  requestor?: { username: string; protocol: string; address: string };
};

/** An operation as Incus' clients look for it, and which step did what. */
export type OperationMetadata = {
  id: string;
  description: string;
  resources: Readonly<Record<string, readonly string[]>>;
  err: string;
  metadata: { status: string; event: string; requested_by: string | null };
};

/** An event to be kept. Nothing secret is in it. */
export type NewEvent =
  | { type: 'lifecycle'; at: number; metadata: LifecycleMetadata }
  | { type: 'operation'; at: number; metadata: OperationMetadata };

/** As it stands in the log. */
export type StoredEvent = { number: number; type: EventType; at: number; location: string; metadata: string };

const cursorPrefix = 'events/';

/** Behind which event of our log, and for who follows the inventory, behind which of its changes. */
export type Place = { events: number; inventory?: number | undefined };

/** The place behind an event. Clients give it back as it is; only we know that numbers are in it. */
export const toCursor = ({ events, inventory }: Place): string =>
  Buffer.from(`${cursorPrefix}${events}${inventory === undefined ? '' : `/${inventory}`}`).toString('base64url');

/** The place in a cursor; undefined: it is none of ours. */
export function readCursor(cursor: string): Place | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const found = /^events\/(\d{1,15})(?:\/(\d{1,15}))?$/.exec(text);
  if (found === null) return undefined;
  return { events: Number(found[1]), ...(found[2] === undefined ? {} : { inventory: Number(found[2]) }) };
}

/** One event as it goes over the wire; `metadata` is JSON already and is put in as it is. */
export const eventJson = (event: StoredEvent, place: Place): string =>
  messageJson(event.type, event.at, event.metadata, event.location, { ...place, events: event.number });

export const changeJson = (change: ToldEvent, place: Place, location: string): string =>
  messageJson('inventory', change.at, change.metadata, location, { ...place, inventory: change.number });

/** Events are gone that the reader has not seen: it should look at everything anew and go on from `resume`. */
export function lostJson(lost: Lost, at: number, location: string, place: Place): string {
  const resume = { ...place, [lost.of ?? 'events']: lost.resume };
  return messageJson('lost', at, JSON.stringify({ reason: lost.reason, resume: toCursor(resume) }), location, resume);
}

/** `pruned` they were removed by age or number · `unknown` the cursor is of another log, or of a time that was undone by a restore. */
export type Lost = { reason: 'pruned' | 'unknown'; resume: number; of?: 'inventory' };

function messageJson(type: string, at: number, metadata: string, location: string, place: Place): string {
  const timestamp = new Date(at).toISOString();
  return `{"type":"${type}","timestamp":"${timestamp}","metadata":${metadata},"location":${JSON.stringify(location)},"project":"","cursor":"${toCursor(place)}"}`;
}
