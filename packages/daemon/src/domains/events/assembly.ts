import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { StreamHandler } from '../../platform/http/streams.ts';
import type { Log } from '../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { MainDatabase } from '../../schema.ts';
import type { EventLog } from './event-log.ts';
import { eventHandlers, eventStreams } from './events.routes.ts';
import { type EventLogParts, makeEventLog, type ReadParts } from './events.service.ts';
import { makeNumbering, type Numbering, type NumberingParts } from './numbering.service.ts';
import { pruneEventsLoop } from './prune-events.loop.ts';

export type EventsPlatform = { database: MainDatabase; clock: Clock; log: Log };

/** `logs` are those that get numbers beside the events; `heed` hears of each event in its own write. */
export function assembleEvents(
  platform: EventsPlatform,
  parts: Pick<EventLogParts, 'location' | 'heed'> &
    Pick<NumberingParts, 'logs' | 'onHead' | 'news'> &
    Pick<ReadParts, 'changes'>,
): {
  log: EventLog;
  numbering: Numbering;
  handlers: readonly Handler[];
  streams: readonly StreamHandler[];
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const numbering = makeNumbering({ ...platform, ...parts, logs: [{ name: 'events' }, ...parts.logs] });
  const reading = { ...platform, location: parts.location, numbering, changes: parts.changes };
  let pruning: RunningLoop | undefined;
  return {
    log: makeEventLog({ ...platform, ...parts, numbering }),
    numbering,
    handlers: eventHandlers(reading),
    streams: eventStreams(reading),
    async start() {
      await numbering.start();
      pruning = startLoop(pruneEventsLoop(reading), platform);
    },
    async stop() {
      await pruning?.stop();
      await numbering.stop();
    },
  };
}
