import { type Clock, systemClock } from '../../platform/clock.ts';
import type { EventLog } from './event-log.ts';
import { makeEventLog } from './events.service.ts';

/** The log as services write it; what is written gets its number only where a test numbers it. */
export const makeTestLog = (clock: Clock = systemClock): EventLog =>
  makeEventLog({ clock, location: 'test', numbering: { nudge: () => undefined } });
