import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createListener, type Server as Listener, type Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { INCUS_BODY_LIMIT_BYTES } from '@operations-center/fleet-protocol';
import { WebSocketServer } from 'ws';
import { keepEventSocket } from './event-socket.ts';
import type { IncusReply, IncusRequest, ServerCertificate } from './incus/member.ts';

export const PORT = 8443;
const HANDSHAKE_MS = 10_000;
/** Contexts are cheap to make and not cheap to keep: the most recent ones stay. */
const KEPT_CONTEXTS = 512;

/** What stands behind one address. */
export type Site = {
  certificate(): ServerCertificate;
  /** Nothing comes through: who connects hears nothing. */
  isCutOff(): boolean;
  handle(request: IncusRequest): Promise<IncusReply>;
  openEvents(request: IncusRequest, send: (text: string) => void, close: () => void): IncusReply | { closed(): void };
  /** The reply to a body over 1 MiB. */
  tooLarge(path: string): IncusReply;
  /** Told as each answer goes out; 101 = a websocket was opened. */
  served(request: IncusRequest, status: number): void;
  /** Told when the answer is out. */
  answered(): void;
};

export type FrontDoor = {
  open(address: string, site: Site): Promise<void>;
  /** Nothing listens any more and every connection is cut. */
  close(address: string): void;
  closeAll(): void;
};

type Open = { listener: Listener; sockets: Set<Socket> };
type Peer = { site: Site; fingerprint: string | undefined; certificate: string | undefined };

/** One listener per address, all feeding one HTTP server; the certificate is chosen by address (engineering E18). */
export function makeFrontDoor(port = PORT): FrontDoor {
  const peers = new WeakMap<Duplex, Peer>();
  const doors = new Map<string, Open>();
  const contextOf = makeContexts();
  const http = createHttp(peers);
  const accept = (raw: Socket, site: Site, sockets: Set<Socket>) => {
    sockets.add(raw);
    raw.setNoDelay(true);
    raw.once('close', () => sockets.delete(raw));
    raw.on('error', () => raw.destroy());
    if (site.isCutOff()) return void raw.resume();
    const tls = new TLSSocket(raw, {
      isServer: true,
      secureContext: contextOf(site.certificate()),
      requestCert: true,
      // Every peer is self-signed; who it is, is decided per request by the leaf's fingerprint.
      rejectUnauthorized: false,
      ALPNProtocols: ALPN,
    });
    const late = setTimeout(() => raw.destroy(), HANDSHAKE_MS);
    tls.on('error', () => raw.destroy());
    tls.once('close', () => clearTimeout(late));
    tls.once('secure', () => {
      clearTimeout(late);
      const shown = tls.getPeerX509Certificate();
      peers.set(tls, {
        site,
        fingerprint: shown?.fingerprint256.replaceAll(':', '').toLowerCase(),
        certificate: shown?.toString(),
      });
      http.emit('connection', tls);
    });
  };
  const close = (address: string) => {
    const door = doors.get(address);
    doors.delete(address);
    door?.listener.close();
    for (const socket of door?.sockets ?? []) socket.destroy();
  };
  return {
    open(address, site) {
      if (doors.has(address)) return Promise.reject(new Error(`another simulated server has the address ${address}`));
      const sockets = new Set<Socket>();
      const listener = createListener((raw) => accept(raw, site, sockets));
      doors.set(address, { listener, sockets });
      return new Promise((resolve, reject) => {
        listener.once('error', (error: NodeJS.ErrnoException) => {
          doors.delete(address);
          reject(explain(error, address, port));
        });
        listener.listen({ host: address, port }, resolve);
      });
    },
    close,
    closeAll: () => {
      for (const address of doors.keys()) close(address);
      http.close();
    },
  };
}

/** A raw TLSSocket wants the protocol list in wire form. */
const ALPN = Buffer.from('\u0008http/1.1', 'latin1');

function explain(error: NodeJS.ErrnoException, address: string, port: number): Error {
  if (error.code === 'EMFILE') {
    return new Error(
      'too many open files: each server needs one descriptor; raise the limit (ulimit -n) above the number of servers',
      { cause: error },
    );
  }
  const busy = error.code === 'EADDRINUSE' ? ': something else listens there; end it or choose another --network' : '';
  return new Error(`cannot listen on ${address}:${port} (${error.code ?? error.message})${busy}`, { cause: error });
}

function makeContexts(): (certificate: ServerCertificate) => SecureContext {
  const contexts = new Map<string, SecureContext>();
  return ({ certificate, key, fingerprint }) => {
    const known = contexts.get(fingerprint);
    if (known !== undefined) return known;
    const made = createSecureContext({
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      sessionIdContext: 'operations-center-sim',
    });
    const oldest = contexts.size >= KEPT_CONTEXTS ? contexts.keys().next().value : undefined;
    if (oldest !== undefined) contexts.delete(oldest);
    contexts.set(fingerprint, made);
    return made;
  };
}

function createHttp(peers: WeakMap<Duplex, Peer>): Server {
  const websockets = new WebSocketServer({ noServer: true, maxPayload: INCUS_BODY_LIMIT_BYTES });
  const http = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const peer = peers.get(incoming.socket);
    if (peer === undefined) return incoming.socket.destroy();
    serve(peer, incoming, response).catch(() => response.destroy());
  });
  http.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const peer = peers.get(socket);
    if (peer === undefined) return socket.destroy();
    socket.on('error', () => socket.destroy());
    upgrade(peer, incoming, socket, head, websockets);
  });
  return http;
}

async function serve(peer: Peer, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.once('finish', () => peer.site.answered());
  const body = await readBody(incoming);
  const request = requestOf(peer, incoming, body ?? Buffer.alloc(0), gone.signal);
  const reply = body === undefined ? peer.site.tooLarge(request.path) : await peer.site.handle(request);
  if (response.destroyed) return;
  response.writeHead(reply.status, body === undefined ? { ...reply.headers, connection: 'close' } : reply.headers);
  peer.site.served(request, reply.status);
  if (reply.pieces !== undefined) return pipeline(Readable.from(reply.pieces), response);
  if (reply.later === undefined) return void response.end(reply.body);
  response.flushHeaders();
  response.end(await reply.later);
}

/** Undefined if it is over the limit; the rest is then read and thrown away, so that the client gets to read the answer. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= INCUS_BODY_LIMIT_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 64 * INCUS_BODY_LIMIT_BYTES) return undefined;
  }
  return size > INCUS_BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks);
}

function requestOf(peer: Peer, incoming: IncomingMessage, body: Buffer, signal: AbortSignal): IncusRequest {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers = Object.entries(incoming.headers).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body,
    clientFingerprint: peer.fingerprint,
    clientCertificatePem: peer.certificate,
    signal,
  };
}

function upgrade(
  peer: Peer,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  websockets: WebSocketServer,
): void {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  const request = requestOf(peer, incoming, Buffer.alloc(0), gone.signal);
  let send = (_text: string): void => {};
  const outcome = peer.site.openEvents(
    request,
    (text) => send(text),
    () => socket.destroy(),
  );
  if ('status' in outcome) {
    peer.site.served(request, outcome.status);
    return refuseUpgrade(socket, outcome);
  }
  websockets.handleUpgrade(incoming, socket, head, (client) => {
    const kept = keepEventSocket(client, peer.site.isCutOff, outcome.closed);
    send = kept.send;
    peer.site.served(request, 101);
  });
}

function refuseUpgrade(socket: Duplex, reply: IncusReply): void {
  const body = Buffer.from(reply.body);
  const headers = { ...reply.headers, 'content-length': String(body.length), connection: 'close' };
  const head = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${reply.status} Refused\r\n${head.join('')}\r\n`), body]));
}
