import { pathWithQuery, redactBody } from '@operations-center/fleet-protocol';
import { type Connection, ConnectionPool } from './connection-pool.ts';
import { FleetFailure, type FleetFailureCode } from './fleet-failure.ts';
import { sortFailure } from './sort-failure.ts';

/** A server as one calls it: its name for messages, where it is, and which leaf certificates are it. */
export type Endpoint = { name: string; url: string; pins: readonly string[] };

export type FleetMethod = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

export type FleetRequest = {
  method: FleetMethod;
  /** From the root, segments already percent-encoded: `/1.0/cluster`. */
  path: string;
  /** An undefined value is left out. */
  query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, as `application/gzip`; not beside `body`. */
  rawBody?: Uint8Array;
  ifMatch?: string | undefined;
  /** Beside or in place of ours; names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** For connecting, asking and reading together; monotonic. */
  deadlineMs: number;
  /** More than this of an answer is not read. 16 MiB unless told otherwise. */
  maxBytes?: number;
  /** Asked before more of an answer is read, with how much is there. What it gives is waited for, and the deadline with it. */
  admit?(readBytes: number): Promise<void> | undefined;
  signal: AbortSignal;
  /** A connection of its own, closed after the answer: for polls. `keep`: a new one, that others may borrow afterwards. */
  fresh?: boolean | 'keep';
};

export type FleetReply = {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  bytes: Buffer;
  /** As the server sent it, quotes included: goes back as `ifMatch`. */
  etag: string | undefined;
  /** Which of the pins the server showed on this very connection. */
  shownFingerprint: string;
};

/** One line of the daemon's own log of outgoing calls. Bodies of mutating calls only, secrets redacted. */
export type LoggedCall = {
  /** Epoch milliseconds of the start. */
  at: number;
  server: string;
  method: FleetMethod;
  path: string;
  body?: unknown;
  /** Null: there was no complete answer; `failure` says why. */
  status: number | null;
  failure?: FleetFailureCode | 'aborted' | 'broken';
  ms: number;
};

export type FleetConnections = {
  /**
   * One request, one answer, whatever its status. Throws a FleetFailure when there is no complete answer, and the
   * signal's own reason when the caller gave up.
   */
  call(endpoint: Endpoint, request: FleetRequest): Promise<FleetReply>;
  /** Connections held at this moment. */
  readonly size: { idle: number; busy: number };
  close(): Promise<void>;
};

export type FleetConnectionOptions = {
  clientCertificate: string;
  clientKey: string;
  onCall?: (call: LoggedCall) => void;
  /** How long an unused connection is kept. 5 s unless told otherwise. */
  idleMs?: number;
  /** The clock of the log's stamps. */
  now?: () => number;
};

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** The daemon's connections to the servers: HTTP/1.1 over TLS 1.3, pinned, every call with a deadline and a limit. */
export function makeFleetConnections(options: FleetConnectionOptions): FleetConnections {
  const identity = { certificate: options.clientCertificate, key: options.clientKey };
  const pool = new ConnectionPool(identity, options.idleMs ?? 5_000);
  const now = options.now ?? Date.now;

  async function call(endpoint: Endpoint, request: FleetRequest): Promise<FleetReply> {
    const at = now();
    const started = performance.now();
    const done = (outcome: Pick<LoggedCall, 'status' | 'failure'>) =>
      options.onCall?.({ at, ...describe(endpoint, request), ...outcome, ms: Math.round(performance.now() - started) });
    try {
      const reply = await exchange(pool, endpoint, request);
      done({ status: reply.status });
      return reply;
    } catch (error) {
      done({ status: null, failure: failureOf(error, request) });
      throw error;
    }
  }

  return {
    call,
    get size() {
      return pool.size;
    },
    close: () => pool.close(),
  };
}

const failureOf = (error: unknown, request: FleetRequest): LoggedCall['failure'] & string => {
  if (error instanceof FleetFailure) return error.code;
  return request.signal.aborted ? 'aborted' : 'broken';
};

async function exchange(pool: ConnectionPool, endpoint: Endpoint, request: FleetRequest): Promise<FleetReply> {
  request.signal.throwIfAborted();
  const deadline = new AbortController();
  const giveUp = () => deadline.abort();
  request.signal.addEventListener('abort', giveUp, { once: true });
  const deadlineTimer = makeDeadline(request.deadlineMs, giveUp);
  const connection = pool.take(endpoint, request);
  let complete = false;
  try {
    // undici notices an abort only once it is connected.
    const reply = await Promise.race([
      send(connection, endpoint, request, deadline.signal, deadlineTimer.without),
      whenAborted(deadline.signal),
    ]);
    complete = true;
    return reply;
  } catch (error) {
    request.signal.throwIfAborted();
    const call = callOf(request);
    if (deadline.signal.aborted) {
      const reason = `no complete answer within ${request.deadlineMs / 1000} s`;
      throw new FleetFailure({
        kind: 'transient',
        code: 'server_timeout',
        server: endpoint.name,
        call,
        reason,
        cause: error,
      });
    }
    throw sortFailure(error, endpoint.name, call);
  } finally {
    deadlineTimer.end();
    request.signal.removeEventListener('abort', giveUp);
    if (complete && request.fresh !== true) pool.giveBack(endpoint, connection);
    else pool.discard(connection);
  }
}

/** Calls `expired` after so long, the time spent in `without` not counted. */
function makeDeadline(limitMs: number, expired: () => void) {
  let left = limitMs;
  let since = performance.now();
  let over = false;
  let timer = setTimeout(expired, left);
  return {
    async without(wait: Promise<void>): Promise<void> {
      clearTimeout(timer);
      left -= performance.now() - since;
      await wait;
      if (over) return;
      since = performance.now();
      timer = setTimeout(expired, left);
    },
    end(): void {
      over = true;
      clearTimeout(timer);
    },
  };
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));

async function send(
  connection: Connection,
  endpoint: Endpoint,
  request: FleetRequest,
  signal: AbortSignal,
  withoutDeadline: (wait: Promise<void>) => Promise<void>,
): Promise<FleetReply> {
  const { statusCode, headers, body } = await connection.client.request({
    method: request.method,
    path: pathWithQuery(request),
    headers: headersOf(request),
    body: request.rawBody ?? (request.body === undefined ? null : JSON.stringify(request.body)),
    signal,
  });
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    read += chunk.length;
    if (read > maxBytes) {
      const reason = `the answer is larger than ${maxBytes} bytes`;
      const facts = { server: endpoint.name, call: callOf(request), status: statusCode, reason };
      throw new FleetFailure({ kind: 'permanent', code: 'reply_too_large', ...facts });
    }
    chunks.push(chunk);
    const turn = request.admit?.(read);
    if (turn !== undefined) await withoutDeadline(turn);
  }
  const etag = headers['etag'];
  return {
    status: statusCode,
    headers,
    bytes: Buffer.concat(chunks),
    etag: typeof etag === 'string' ? etag : undefined,
    shownFingerprint: connection.shownFingerprint() ?? '',
  };
}

function headersOf(request: FleetRequest): Record<string, string> {
  return {
    accept: 'application/json',
    ...(request.rawBody === undefined ? {} : { 'content-type': 'application/gzip' }),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.ifMatch === undefined ? {} : { 'if-match': request.ifMatch }),
    ...request.headers,
  };
}

/** What was asked, for messages: `PUT /1.0/cluster`. */
export const callOf = (request: Pick<FleetRequest, 'method' | 'path' | 'query'>): string =>
  `${request.method} ${pathWithQuery(request)}`;

function describe(endpoint: Endpoint, request: FleetRequest): Pick<LoggedCall, 'server' | 'method' | 'path' | 'body'> {
  const what = { server: endpoint.name, method: request.method, path: pathWithQuery(request) };
  if (request.rawBody !== undefined) return { ...what, body: { bytes: request.rawBody.length } };
  return request.body === undefined ? what : { ...what, body: redactBody(request.body) };
}
