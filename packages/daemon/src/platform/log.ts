import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Words of the command line and of OC's settings, as pino's. */
const levels: Record<string, string> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  '': 'info',
};

export const isLogLevel = (word: string): boolean => word.toUpperCase() in levels;

/** One JSON line an event on stderr, times in UTC. Nothing secret is given to it; see `sealing.ts`. */
export function makeLog(level: string, destination: DestinationStream = pino.destination({ fd: 2, sync: true })): Log {
  return pino(
    {
      level: levels[level.toUpperCase()] ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['*.token', '*.password', '*.key', '*.secret'], censor: '**redacted**' },
    },
    destination,
  );
}

export const setLogLevel = (log: Log, level: string): void => {
  log.level = levels[level.toUpperCase()] ?? 'info';
};
