import { Agent, request } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { KeyPair } from './load.ts';

export type BareReply = {
  status: number;
  json: Record<string, unknown> | undefined;
  /** PEM of the leaf that the server showed on this connection. */
  shown(): string;
};

export type BareClient = {
  call(url: string, method: string, path: string, body?: unknown): Promise<BareReply>;
  /** The next call to this server makes a new connection: it may show another certificate. */
  forget(url: string): void;
  close(): void;
};

/** Of one client to one server. Many clients at once that each open hundreds are turned away by the machine, not by the server. */
const connectionsAtOnce = 8;

/** The least that speaks to a server: kept connections, a client certificate, no pins, no journal, no retries. */
export function makeBareClient(identity: KeyPair): BareClient {
  const agents = new Map<string, Agent>();
  const make = () =>
    new Agent({
      keepAlive: true,
      maxSockets: connectionsAtOnce,
      maxCachedSessions: 0,
      cert: identity.certificate,
      key: identity.key,
      rejectUnauthorized: false,
    });
  const call = (url: string, method: string, path: string, body?: unknown): Promise<BareReply> =>
    new Promise((resolve, reject) => {
      const agent = agents.get(url) ?? make();
      agents.set(url, agent);
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers =
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const asked = request(`${url}${path}`, { agent, method, headers, timeout: 120_000 }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        const { socket } = answer;
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            json: parse(Buffer.concat(chunks)),
            shown: () => (socket instanceof TLSSocket ? (shownOn(socket) ?? '') : ''),
          }),
        );
      });
      let isConnectedAnew = false;
      asked.once('socket', (socket) => {
        if (!asked.reusedSocket) socket.once('secureConnect', () => (isConnectedAnew = true));
      });
      asked.once('error', (error: NodeJS.ErrnoException) => {
        // An idle connection that was just closed, or one that never came to be: the call did not reach the server.
        if (!isConnectedAnew && error.code === 'ECONNRESET') resolve(call(url, method, path, body));
        else reject(error);
      });
      asked.once('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer within 120 s`)));
      asked.end(text);
    });
  return {
    call,
    forget(url) {
      // Calls under way end on the connections that they have.
      agents.delete(url);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** A client socket of Node 24 gives its peer's certificate once only. */
const leaves = new WeakMap<TLSSocket, string | undefined>();

function shownOn(socket: TLSSocket): string | undefined {
  if (!leaves.has(socket)) leaves.set(socket, socket.getPeerX509Certificate()?.toString());
  return leaves.get(socket);
}

/** A backup is no JSON; nobody looks into it here. */
function parse(bytes: Buffer): Record<string, unknown> | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  return JSON.parse(bytes.toString()) as Record<string, unknown>;
}

/** What lies at a path of keys, or undefined. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

type JoinToken = { serverName: string; fingerprint: string; addresses: string[]; secret: string; expiresAt: string };

/** The token of a `POST /1.0/cluster/members` as a joiner wants it. */
export function joinTokenOf(reply: BareReply): { name: string; address: string; token: string } {
  // What Incus answers to a request for a token; the bench ends if it is another.
  const { serverName, fingerprint, addresses, secret, expiresAt } = at(reply.json, 'metadata', 'metadata') as JoinToken;
  const content = { server_name: serverName, fingerprint, addresses, secret, expires_at: expiresAt };
  const token = Buffer.from(JSON.stringify(content)).toString('base64');
  return { name: serverName, address: addresses[0] ?? '', token };
}
