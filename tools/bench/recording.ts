import { readFileSync } from 'node:fs';
import type { ReceivedRequest } from '../../scenarios/lib/simulated-fleet.ts';

/** A call of a creation, and the calls that had ended before it began. */
export type RecordedCall = {
  server: string;
  method: string;
  /** With its query. */
  path: string;
  body: unknown;
  status: number;
  /** Indexes of earlier calls. */
  after: number[];
};

type FleetCall = { at: number; ms: number; server: string; method: string; path: string; status: number | null };

/**
 * What our daemon asked of the fleet: when, from the daemon's own log; with which bodies, from the simulator's. Polls
 * are in neither. Which call waited for which is what was seen: a call that began when another had ended came after it.
 */
export function recordingOf(daemonLog: string, from: number, received: readonly ReceivedRequest[]): RecordedCall[] {
  const calls = readFileSync(daemonLog, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"fleet_call"'))
    // Lines that our own daemon wrote.
    .map((line) => (JSON.parse(line) as { fleet_call: FleetCall }).fleet_call)
    .filter((call) => call.at >= from && call.status !== null)
    .sort((a, b) => a.at - b.at);
  const bodies = new Map<string, unknown[]>();
  for (const request of received) {
    const key = keyOf(request.server, request.method, withQuery(request));
    bodies.set(key, [...(bodies.get(key) ?? []), request.body ?? undefined]);
  }
  return calls.map((call, index) => {
    const key = keyOf(call.server, call.method, call.path);
    const body = bodies.get(key)?.shift();
    return {
      ...call,
      status: call.status ?? 0,
      body: call.method === 'GET' ? undefined : body,
      after: waitedFor(calls, index),
    };
  });
}

const withQuery = ({ path, query }: ReceivedRequest): string =>
  query === undefined || query === '' ? path : `${path}?${query}`;

const keyOf = (server: string, method: string, path: string): string => `${server} ${method} ${path}`;

/** Of the calls that had ended, only those that the latest of them did not itself wait for: the rest follows from these. */
function waitedFor(calls: readonly FleetCall[], index: number): number[] {
  const call = calls[index];
  if (call === undefined) return [];
  const ended = [...calls.entries()].filter(([at, other]) => at < index && hadEnded(other, call));
  const last = ended.at(-1);
  return ended.filter((one) => one === last || last === undefined || !hadEnded(one[1], last[1])).map(([at]) => at);
}

/** Stamps are whole milliseconds, so an end may look one later than it was. */
const hadEnded = (one: FleetCall, before: FleetCall): boolean => one.at + one.ms - 1 <= before.at;
