import type { AuditEntry } from '@operations-center/contract';

/** Of all whose path has this text in it, those about this one thing: `server1` is no part of `server10`. */
export const entriesOf = (path: string, entries: readonly AuditEntry[]): AuditEntry[] =>
  entries.filter(({ object }) => object === path || object.startsWith(`${path}/`));

/** A request that was not answered yet; an event has no outcome at all. */
export const isRunning = ({ outcome, by }: AuditEntry): boolean => outcome === null && by === 'request';
