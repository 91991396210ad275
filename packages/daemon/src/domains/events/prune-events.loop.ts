import type { Loop } from '../../platform/loops.ts';
import { type PruneParts, pruneOld } from './prune-events.service.ts';

/** Events are for those who follow, not for the record (that is the audit): they are kept for a while only. */
export const pruneEventsLoop = (parts: PruneParts): Loop => ({
  name: 'prune events',
  everyMs: 600_000,
  look: (signal) => pruneOld(parts, signal),
});
