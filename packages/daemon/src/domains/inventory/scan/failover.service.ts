import type { FleetConnections, FleetReply } from '../../../fleet/connection.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { ServerEndpoint } from '../../servers/server.ts';
import type { ReplyHold } from './reply-turns.ts';

/** Asks a cluster through one of its members: `undefined` for 404, else a reply with status 200. */
export type AskCluster = (
  path: string,
  query: Record<string, string | undefined>,
  hold?: Pick<ReplyHold, 'admit'>,
) => Promise<FleetReply | undefined>;

/** A list of 10,000 instances with state takes Incus tens of seconds. */
const listLimits = { deadlineMs: 60_000, maxBytes: 256 * 1024 * 1024 };
/** One object is a matter of milliseconds. */
export const objectLimits = { deadlineMs: 15_000, maxBytes: 16 * 1024 * 1024 };
/** So many members that do not answer are enough to know that the cluster does not. */
const membersTried = 3;

/**
 * Asks the first member; when it cannot be reached, the next one, for this and every later question. Each member is
 * asked once per question, so nothing is retried. Throws a FleetFailure.
 */
export function askThroughMembers(
  fleet: Pick<FleetConnections, 'call'>,
  endpoints: readonly ServerEndpoint[],
  signal: AbortSignal,
  limits: { deadlineMs: number; maxBytes: number } = listLimits,
): AskCluster {
  let silent = 0;
  let last: unknown = new Error('the cluster has no member that could be asked');
  return async (path, query, hold) => {
    for (let member = silent; member < Math.min(endpoints.length, membersTried); member += 1) {
      const endpoint = endpoints[member];
      if (endpoint === undefined) break;
      try {
        const reply = await fleet.call(endpoint, { method: 'GET', path, query, ...limits, ...hold, signal });
        return readStatus(endpoint.name, path, reply);
      } catch (error) {
        if (!isMemberSilent(error)) throw error;
        silent = Math.max(silent, member + 1);
        last = error;
      }
    }
    throw last;
  };
}

/** The member is not there, or not itself, or its Incus is not running: another one can answer. */
function isMemberSilent(error: unknown): boolean {
  if (!(error instanceof FleetFailure)) return false;
  if (error.code === 'refused') return error.kind === 'transient';
  return error.code !== 'bad_reply' && error.code !== 'reply_too_large';
}

function readStatus(server: string, path: string, reply: FleetReply): FleetReply | undefined {
  if (reply.status === 200) return reply;
  // Whoever else answers in its place, a proxy or a web server, does not say that something is gone.
  if (reply.status === 404 && errorOf(reply) !== undefined) return undefined;
  const isTransient = reply.status === 502 || reply.status === 503 || reply.status === 504;
  throw new FleetFailure({
    kind: isTransient ? 'transient' : 'permanent',
    code: 'refused',
    server,
    call: `GET ${path}`,
    status: reply.status,
    reason: reasonOf(reply),
  });
}

function reasonOf(reply: FleetReply): string {
  const plain = `HTTP status ${reply.status}`;
  if (reply.status === 404) return `${plain}, and not from Incus`;
  return errorOf(reply) || plain;
}

/** Incus' own words, from a body that is small enough to be looked at here; undefined: it is not Incus that answers. */
function errorOf(reply: FleetReply): string | undefined {
  if (reply.bytes.length > 64 * 1024) return undefined;
  try {
    const read: unknown = JSON.parse(reply.bytes.toString('utf8'));
    if (typeof read === 'object' && read !== null && 'error' in read && typeof read.error === 'string')
      return read.error;
  } catch {
    // Told by its status alone.
  }
  return undefined;
}
