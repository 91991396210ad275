import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Fault, type RouteName, type RouteQuery, type RouteSpec, routes } from '@operations-center/contract';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';
import { checkAccess, checkSameSite, faultOf, readQuery } from './admission.ts';
import type { Caller } from './answer.ts';
import { envelopeOfFault } from './envelope.ts';
import { goodbyeMs, type Line, makeLine } from './line.ts';
import { pathOf } from './paths.ts';

type Routes = typeof routes;

/** Answers a route whose client asks for a websocket. What it returns talks until it is done, or the line is cut. */
export type StreamHandler<Name extends RouteName = RouteName> = {
  name: Name;
  open(query: RouteQuery<Routes[Name]>): (line: Line) => Promise<void>;
};

/** Ties a route of the contract to the function that streams it. Refusals are thrown before the stream begins. */
export const handleStream = <Name extends RouteName>(
  name: Name,
  open: (query: RouteQuery<Routes[Name]>) => (line: Line) => Promise<void>,
): StreamHandler => ({ name, open });

export type StreamParts = {
  handlers: readonly StreamHandler[];
  callerOf(request: IncomingMessage): Caller;
  log: Log;
  /** Clients at once. Default 256. */
  limit?: number;
};

/** What listeners hand connections to that stop speaking HTTP. */
export type StreamDoor = {
  wants(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends all streams: the daemon goes away. */
  close(): Promise<void>;
};

const closedByDefect = 1011;
const goingAway = 1001;
/** A client says nothing on a stream but its pongs. */
const maxPayload = 4_096;

export function makeStreamDoor(parts: StreamParts): StreamDoor {
  const lines = new Set<Line>();
  let closing = false;
  let server: Promise<WebSocketServer> | undefined;

  // Loaded with the first stream: the daemon's start does not pay for it (engineering E20).
  const serverOf = (): Promise<WebSocketServer> =>
    (server ??= import('ws').then(
      (ws) => new ws.WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: false }),
    ));

  const handlerOf = (request: IncomingMessage): StreamHandler | undefined => {
    const path = pathOf(request.url ?? '/');
    return parts.handlers.find(({ name }) => routes[name].path === path);
  };

  function admit(request: IncomingMessage, handler: StreamHandler): (line: Line) => Promise<void> {
    const spec: RouteSpec = routes[handler.name];
    checkAccess(spec, parts.callerOf(request));
    checkSameSite(request.headers);
    if (closing) throw new Fault('shutting_down', 'Operations Center is stopping');
    const limit = parts.limit ?? 256;
    if (lines.size >= limit)
      throw new Fault('event_streams_exhausted', `${limit} clients follow the events already`, { details: { limit } });
    const query = Object.fromEntries([...queryOf(request)].toReversed());
    return handler.open(readQuery(spec, query) as never);
  }

  async function begin(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const handler = handlerOf(request);
    if (handler === undefined) throw new Fault('internal_error', 'Internal Server Error');
    // Before anything is counted: loading it lets others in between.
    const websockets = await serverOf();
    const talk = admit(request, handler);
    websockets.handleUpgrade(request, socket, head, (websocket) => void serve(request, websocket, talk));
  }

  async function serve(request: IncomingMessage, websocket: WebSocket, talk: (line: Line) => Promise<void>) {
    const line = makeLine(websocket, () => parts.callerOf(request).trusted);
    lines.add(line);
    try {
      await talk(line);
      line.close(1000, '');
    } catch (error) {
      if (!line.signal.aborted) {
        parts.log.error({ err: error, route: request.url?.split('?', 1)[0] }, 'a stream ended by a defect of ours');
        line.close(closedByDefect, 'internal error');
      }
    } finally {
      await line.closed;
      lines.delete(line);
    }
  }

  function refuse(error: unknown, socket: Duplex): void {
    const fault = faultOf(error);
    const request_id = randomUUID();
    if (fault.status >= 500)
      parts.log.error({ request_id, code: fault.code, err: fault.cause ?? fault }, fault.message);
    const body = envelopeOfFault(fault, request_id);
    const head = `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? ''}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${request_id}\r\nconnection: close\r\n\r\n`;
    socket.end(head + body);
    // No timeout of the server covers an upgraded connection: who does not hang up would keep it for good.
    setTimeout(() => socket.destroy(), goodbyeMs).unref();
  }

  return {
    wants: (request) =>
      request.method === 'GET' &&
      request.headers.upgrade?.toLowerCase() === 'websocket' &&
      handlerOf(request) !== undefined,
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      begin(request, socket, head).catch((error: unknown) => refuse(error, socket));
    },
    async close() {
      closing = true;
      for (const line of lines) line.close(goingAway, 'Operations Center is stopping');
      await Promise.all([...lines].map((line) => line.closed));
    },
  };
}

/** What anybody sent may be no URL: it is split, not parsed, for a throw here would end the daemon. */
const queryOf = ({ url = '' }: IncomingMessage): URLSearchParams => new URLSearchParams(url.slice(pathOf(url).length));
