import { pathWithQuery } from '@operations-center/fleet-protocol';
import { pinnedSocket } from '@operations-center/tls';
import type { Endpoint, FleetRequest } from './connection.ts';
import { FleetFailure } from './fleet-failure.ts';
import { sortFailure } from './sort-failure.ts';

/** What a server tells on its own: text messages in their order, until the stream ends. */
export type EventStream = AsyncIterable<string> & {
  /** Why it is over, in words; never rejects. */
  ended: Promise<string>;
  /** When it last gave a sign of life, by the monotonic clock. */
  heardAt(): number;
  close(): void;
};

export type EventsRequest = Pick<FleetRequest, 'path' | 'query' | 'signal'>;

export type FleetEvents = {
  /** Resolves when the server has agreed: what it tells from then on is in the stream. Throws a FleetFailure. */
  open(endpoint: Endpoint, request: EventsRequest): Promise<EventStream>;
};

export type FleetEventsOptions = {
  clientCertificate: string;
  clientKey: string;
  /** Connecting and the server's answer together. */
  handshakeMs?: number;
  /** Incus pings every 10 s. No sign of life for so long, and the server is taken for dead. */
  silenceMs?: number;
  /** More than this in one message, and the stream ends. */
  maxBytes?: number;
};

/** An envelope with a refusal is far shorter. */
const refusalLimit = 64 * 1024;

type Websocket = InstanceType<typeof import('ws').WebSocket>;

/**
 * Websockets to servers, pinned as every other connection: the leaf is checked before the first byte of the request
 * (engineering E16). Messages wait in the server until they are read here, so nothing piles up in between.
 */
export function makeFleetEvents(options: FleetEventsOptions): FleetEvents {
  const { handshakeMs = 10_000, silenceMs = 30_000, maxBytes = 1024 * 1024 } = options;
  const identity = { certificate: options.clientCertificate, key: options.clientKey };

  async function connect(endpoint: Endpoint, request: EventsRequest): Promise<EventStream> {
    const { createWebSocketStream, WebSocket } = await import('ws');
    const { hostname, port, host } = new URL(endpoint.url);
    const pinning = { pins: endpoint.pins, ...identity, connectTimeoutMs: handshakeMs };
    const socket = await pinnedSocket({ hostname, port: Number(port || 443) }, pinning);
    if (request.signal.aborted) socket.destroy();
    request.signal.throwIfAborted();
    // Plain `ws:`, for the TLS is in the connection.
    const websocket = new WebSocket(`ws://${host}${pathWithQuery(request)}`, {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: maxBytes,
    });
    const life = watchLife(websocket, request.signal, silenceMs);
    // Made before it is open: messages may come with the very answer that opens it, and would be lost.
    const messages = createWebSocketStream(websocket, { readableObjectMode: true, decodeStrings: false });
    // Whoever reads is told by the end of the messages, and by `ended`.
    messages.on('error', () => undefined);
    await opened(websocket, endpoint, request, handshakeMs);
    return { ...life, [Symbol.asyncIterator]: () => readTexts(messages) };
  }

  return {
    async open(endpoint, request) {
      request.signal.throwIfAborted();
      try {
        return await connect(endpoint, request);
      } catch (error) {
        request.signal.throwIfAborted();
        throw failureOf(error, endpoint, request);
      }
    },
  };
}

const callText = (request: EventsRequest): string => `GET ${request.path} (websocket)`;

function failureOf(error: unknown, endpoint: Endpoint, request: EventsRequest): unknown {
  const sorted = sortFailure(error, endpoint.name, callText(request));
  if (sorted instanceof FleetFailure || !(error instanceof Error)) return sorted;
  return failure('bad_reply', endpoint, request, `it opens no websocket: ${error.message}`, error);
}

const failure = (
  code: 'bad_reply' | 'server_timeout',
  { name: server }: Endpoint,
  request: EventsRequest,
  reason: string,
  cause?: unknown,
): FleetFailure => {
  const kind = code === 'server_timeout' ? 'transient' : 'permanent';
  return new FleetFailure({ kind, code, server, call: callText(request), reason, cause });
};

/** Ends the websocket when the caller gives up, and when the other end is silent though it was pinged. */
function watchLife(websocket: Websocket, signal: AbortSignal, silenceMs: number): Omit<EventStream, symbol> {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let heard = performance.now();
  let reason: string | undefined;
  const end = (why: string): void => {
    reason ??= why;
    websocket.terminate();
  };
  const give = (): void => end('we ended it');
  const ticking = setInterval(() => {
    if (performance.now() - heard > silenceMs) return end(`it was silent for ${silenceMs / 1000} s`);
    if (websocket.readyState === websocket.OPEN) websocket.ping();
  }, silenceMs / 3);
  ticking.unref();
  for (const sign of ['open', 'ping', 'pong', 'message'] as const)
    websocket.on(sign, () => {
      heard = performance.now();
    });
  websocket.on('error', (error) => {
    reason ??= error.message;
  });
  websocket.once('close', (code, text) => {
    clearInterval(ticking);
    signal.removeEventListener('abort', give);
    resolve(reason ?? closeText(code, text.toString()));
  });
  signal.addEventListener('abort', give, { once: true });
  return { ended, heardAt: () => heard, close: give };
}

function closeText(code: number, text: string): string {
  if (code === 1006) return 'the connection broke';
  return `the server closed it (${code}${text === '' ? '' : `, ${text.slice(0, 200)}`})`;
}

function opened(websocket: Websocket, endpoint: Endpoint, request: EventsRequest, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // The library's own limit does not work on a connection that it did not make.
    const late = setTimeout(() => {
      reject(failure('server_timeout', endpoint, request, `no answer within ${limitMs / 1000} s`));
      websocket.terminate();
    }, limitMs);
    websocket.once('open', () => {
      clearTimeout(late);
      resolve();
    });
    websocket.once('error', reject);
    websocket.once('close', () => {
      clearTimeout(late);
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
    websocket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > refusalLimit) response.destroy();
      });
      response.once('close', () => {
        reject(refusal(endpoint, request, response.statusCode ?? 0, text));
        websocket.terminate();
      });
    });
  });
}

function refusal(endpoint: Endpoint, request: EventsRequest, status: number, text: string): FleetFailure {
  return new FleetFailure({
    kind: status === 503 || status === 502 || status === 504 || status === 429 ? 'transient' : 'permanent',
    code: 'refused',
    server: endpoint.name,
    call: callText(request),
    status,
    reason: errorIn(text) ?? `HTTP status ${status}`,
  });
}

function errorIn(text: string): string | undefined {
  try {
    const read: unknown = JSON.parse(text);
    const isTold = typeof read === 'object' && read !== null && 'error' in read && typeof read.error === 'string';
    return isTold && read.error !== '' ? String(read.error) : undefined;
  } catch {
    return undefined;
  }
}

/** A connection that breaks ends the messages; why is in `ended`. */
async function* readTexts(messages: AsyncIterable<unknown>): AsyncGenerator<string> {
  try {
    for await (const message of messages) yield String(message);
  } catch {
    // What was read is read.
  }
}
