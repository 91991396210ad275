import { readFileSync } from 'node:fs';

/** One call of the daemon to a server, from its own log (level DEBUG). */
export type FleetCall = {
  /** Epoch milliseconds of the start. */
  at: number;
  ms: number;
  server: string;
  method: string;
  path: string;
  body?: unknown;
  status: number | null;
  failure?: string;
};

/** All calls of a daemon's log, in the order in which they ended. */
export function readFleetCalls(log: string): FleetCall[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"fleet_call":'))
    .map((line) => (JSON.parse(line) as { fleet_call: FleetCall }).fleet_call);
}

/** Polls and looks change nothing; a backup is taken by a POST, and is part of the story. */
export const isMutating = (call: Pick<FleetCall, 'method'>): boolean => call.method !== 'GET';
