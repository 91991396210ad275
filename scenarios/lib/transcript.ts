import type { FleetCall } from './fleet-calls.ts';
import type { Recording } from './record-transcript.ts';
import { mustPrecede } from './transcript-order.ts';

/** One mutating call without what is different in every run: `server1 PUT /1.0/cluster 202 {…}`. */
export type Line = string;

/** The calls of a recording as lines, sorted: which of two independent calls came first says nothing. */
export const linesOf = (recording: Recording): Line[] =>
  recording.calls.map((call) => lineOf(call, recording.servers)).sort();

function lineOf(call: FleetCall, servers: Recording['servers']): Line {
  const body = call.body === undefined ? '' : ` ${canonical(call.body)}`;
  const outcome = call.status ?? call.failure ?? 'no answer';
  return withoutChance(`${call.server} ${call.method} ${call.path} ${outcome}${body}`, servers);
}

/** Addresses, ids, tokens, fingerprints and certificates are different in every run. */
function withoutChance(text: string, servers: Recording['servers']): string {
  const named = servers.reduce(
    (rest, { name, url }) => rest.replaceAll(new RegExp(`\\b${new URL(url).hostname}\\b`, 'g'), `ADDRESS-OF-${name}`),
    text,
  );
  return named
    .replaceAll(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----(\\n)?/g, 'CERTIFICATE')
    .replaceAll(/"MII[A-Za-z0-9+/=]{100,}"/g, '"CERTIFICATE-DER"')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'FINGERPRINT')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
    .replaceAll(/\bfd[0-9a-f]{2}(:[0-9a-f]{1,4}){3}::\/64/g, 'ULA-PREFIX');
}

/** Keys in order, so that only meaning is compared. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** What only one of two worlds was asked, each as often as it is missing in the other. */
export function differencesOf(
  left: { world: string; lines: readonly Line[] },
  right: { world: string; lines: readonly Line[] },
): string[] {
  return [...surplus(left, right.lines), ...surplus(right, left.lines)];
}

function surplus({ world, lines }: { world: string; lines: readonly Line[] }, others: readonly Line[]): string[] {
  const left = [...others];
  return lines.flatMap((line) => {
    const place = left.indexOf(line);
    if (place < 0) return [`only ${world}: ${line}`];
    left.splice(place, 1);
    return [];
  });
}

/** The log has whole milliseconds. */
const roundingMs = 2;

/** Pairs of calls that ran against the order of the plan: the later one began before the earlier one had its answer. */
export function disorderOf(recording: Recording): string[] {
  const { calls, servers } = recording;
  return calls.flatMap((first) =>
    calls
      .filter((second) => mustPrecede(first, second) && first.at + first.ms > second.at + roundingMs)
      .map((second) => `${lineOf(second, servers)} began before the end of ${lineOf(first, servers)}`),
  );
}

/** How many pairs of a recording have an order at all: a check that checks nothing is none. */
export const orderedPairsOf = ({ calls }: Recording): number =>
  calls.reduce((sum, first) => sum + calls.filter((second) => mustPrecede(first, second)).length, 0);
