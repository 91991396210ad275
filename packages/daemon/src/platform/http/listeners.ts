import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import type { KeyPair } from '../keys/identity.ts';
import type { StreamDoor } from './streams.ts';

/** How long a client may take for the headers, for a whole request, and for the TLS handshake. */
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000 };

export type Listener = {
  /** `127.0.0.1:7443`, with the port that was really given. */
  address: string;
  /** Takes no new connections, ends idle ones, waits for requests in flight until `graceMs` is over. */
  close(graceMs: number): Promise<void>;
};

/** Listens on the unix socket, 0660. A socket that nobody answers on is replaced; one in use is refused. */
export async function listenOnSocket(
  path: string,
  listener: RequestListener,
  group?: { gid: number },
  streams?: StreamDoor,
): Promise<Listener> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  if (existsSync(path)) {
    if (await isAnswered(path)) throw new Error(`another process listens on ${path}`);
    rmSync(path);
  }
  const server = createServer({ ...limits, ...upgradesFor(streams) }, listener);
  const upgraded = handOver(server, streams);
  // The program's umask is 077: nobody else gets in before the mode is what it shall be.
  await listening(server, { path });
  chmodSync(path, 0o660);
  if (group !== undefined) chownSync(path, -1, group.gid);
  return { address: path, close: (graceMs) => closeServer(server, upgraded, graceMs) };
}

/** TLS 1.3. Client certificates are asked for and never verified by a chain: the leaf is looked up per request. */
export async function listenOnHttps(
  address: { host: string; port: number },
  pair: KeyPair,
  listener: RequestListener,
  streams?: StreamDoor,
): Promise<Listener> {
  const server = createTlsServer(
    {
      ...limits,
      ...upgradesFor(streams),
      cert: pair.certificate,
      key: pair.key,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: 10_000,
      ALPNProtocols: ['http/1.1'],
    },
    listener,
  );
  const upgraded = handOver(server, streams);
  await listening(server, { host: address.host, port: address.port });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { address: `${host}:${port}`, close: (graceMs) => closeServer(server, upgraded, graceMs) };
}

/** Whatever else asks for an upgrade is answered as if it had not. */
const upgradesFor = (streams: StreamDoor | undefined) => ({
  shouldUpgradeCallback: (request: IncomingMessage): boolean => streams?.wants(request) ?? false,
});

/** Connections that became streams, which the server itself forgets. */
function handOver(server: Server | TlsServer, streams: StreamDoor | undefined): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    streams?.upgrade(request, socket, head);
  });
  return upgraded;
}

function listening(
  server: Server | TlsServer,
  where: { path: string } | { host: string; port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeServer(server: Server | TlsServer, upgraded: ReadonlySet<Duplex>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  }, graceMs);
  await closed;
  clearTimeout(late);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
