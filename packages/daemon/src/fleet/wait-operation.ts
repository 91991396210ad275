import { setTimeout as pause } from 'node:timers/promises';
import { IncusOperation, isFinal, OPERATION_CODES } from '@operations-center/fleet-protocol';
import type { Endpoint, FleetConnections } from './connection.ts';
import { FleetFailure } from './fleet-failure.ts';
import { askSync, orAbsent } from './replies.ts';

export type WaitOptions = {
  signal: AbortSignal;
  /** For the whole wait; monotonic. Past it: FleetFailure `server_timeout`, transient, and the operation may go on. */
  deadlineMs: number;
  /** One question to the server lasts this long at most. 20 s unless told otherwise. */
  sliceMs?: number;
  /** What was last seen, for people: `Joining cluster: Running`. */
  observed?: (text: string) => void;
};

/**
 * How an Incus operation ended. `gone`: the server no longer knows it – it forgets one five seconds after its end, and
 * all of them when it restarts. Look at the thing itself then.
 */
export type WaitResult =
  | { outcome: 'success' | 'failure' | 'cancelled'; operation: IncusOperation }
  | { outcome: 'gone' };

const SLICE_MS = 20_000;
const POLL_MS = 250;

/**
 * Waits by `/wait`, in slices. When the connection breaks, as it does while a joiner changes its certificate or its
 * daemon restarts, it looks again until the deadline: give the endpoint every certificate the server may show.
 */
export async function waitForOperation(
  connections: FleetConnections,
  endpoint: Endpoint,
  id: string,
  options: WaitOptions,
): Promise<WaitResult> {
  const end = performance.now() + options.deadlineMs;
  const path = `/1.0/operations/${encodeURIComponent(id)}`;
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) throw timeout(endpoint, path, options.deadlineMs);
    const seen = await look(connections, endpoint, path, Math.min(left, options.sliceMs ?? SLICE_MS), options);
    if (seen === undefined) return { outcome: 'gone' };
    if (seen === 'unreachable') await rest(Math.min(POLL_MS, Math.max(0, end - performance.now())), options.signal);
    else if (isFinal(seen)) return { outcome: outcomeOf(seen), operation: seen };
    else options.observed?.(`${seen.description}: ${seen.status}`);
  }
}

async function look(
  connections: FleetConnections,
  endpoint: Endpoint,
  path: string,
  sliceMs: number,
  options: WaitOptions,
): Promise<IncusOperation | 'unreachable' | undefined> {
  const seconds = Math.max(1, Math.ceil(sliceMs / 1000));
  const ask = { method: 'GET', path: `${path}/wait`, query: { timeout: String(seconds) } } as const;
  try {
    // The server's own timeout ends the slice; ours is there for a server that forgets it.
    const answer = await orAbsent(
      askSync(connections, endpoint, ask, IncusOperation, {
        signal: options.signal,
        deadlineMs: seconds * 1000 + 2_000,
      }),
    );
    return answer?.value;
  } catch (error) {
    if (!(error instanceof FleetFailure) || error.kind === 'permanent') throw error;
    options.observed?.(`${endpoint.name}: ${error.reason}`);
    return 'unreachable';
  }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}

function outcomeOf(operation: IncusOperation): 'success' | 'failure' | 'cancelled' {
  if (operation.status_code === OPERATION_CODES.success) return 'success';
  return operation.status_code === OPERATION_CODES.cancelled ? 'cancelled' : 'failure';
}

const timeout = (endpoint: Endpoint, path: string, deadlineMs: number): FleetFailure =>
  new FleetFailure({
    kind: 'transient',
    code: 'server_timeout',
    server: endpoint.name,
    call: `GET ${path}/wait`,
    reason: `the operation is not over after ${deadlineMs} ms`,
  });
