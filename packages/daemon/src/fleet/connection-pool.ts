import { pinnedSocket, shownFingerprintOf } from '@operations-center/tls';
import { type buildConnector, Client } from 'undici';

/** One TLS connection at a time to one server, together with the certificate that the server showed on it. */
export type Connection = { client: Client; shownFingerprint(): string | undefined };

export type Target = { url: string; pins: readonly string[] };
export type Identity = { certificate: string; key: string };

/** What the first call of a connection asks of it. */
export type Wish = { fresh?: boolean | 'keep'; deadlineMs: number; signal?: AbortSignal };

const CONNECT_LIMIT_MS = 10_000;

type Open = (...parameters: Parameters<buildConnector.connector>) => Promise<void>;

/** Opens nothing yet: the connection is made with the first request, and its certificate checked before that. */
function makeConnection(target: Target, identity: Identity, idleMs: number, wish: Wish): Connection {
  let shown: string | undefined;
  const connectTimeoutMs = Math.min(CONNECT_LIMIT_MS, wish.deadlineMs);
  const pinning = { pins: target.pins, ...identity, connectTimeoutMs };
  const open: Open = async (to, callback) => {
    try {
      const socket = await pinnedSocket({ hostname: to.hostname, port: Number(to.port || 443) }, pinning);
      shown = shownFingerprintOf(socket);
      // Connecting took time: a process that was frozen meanwhile must not send what it had in mind before.
      if (wish.signal?.aborted === true) {
        socket.destroy();
        throw new Error('the call was given up while it connected');
      }
      callback(null, socket);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
    }
  };
  const client = new Client(new URL(target.url).origin, {
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    // The call's own deadline covers all of these.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (to, callback) => void open(to, callback),
  });
  return { client, shownFingerprint: () => shown };
}

/**
 * Connections that are kept for a short while, by address and pins: 10,000 servers must not hold 95 kB each (E17), and
 * a connection pinned otherwise is never borrowed.
 */
export class ConnectionPool {
  readonly #identity: Identity;
  readonly #idleMs: number;
  readonly #idle = new Map<string, { connection: Connection; timer: NodeJS.Timeout }[]>();
  readonly #busy = new Set<Connection>();

  constructor(identity: Identity, idleMs: number) {
    this.#identity = identity;
    this.#idleMs = idleMs;
  }

  /** A connection nobody else uses until it is given back. `fresh`: a new one in any case. */
  take(target: Target, wish: Wish): Connection {
    const kept = wish.fresh === true || wish.fresh === 'keep' ? undefined : this.#idle.get(keyOf(target))?.pop();
    if (kept !== undefined) clearTimeout(kept.timer);
    const connection = kept?.connection ?? makeConnection(target, this.#identity, this.#idleMs, wish);
    this.#busy.add(connection);
    return connection;
  }

  /** After a complete answer: kept for the next call. */
  giveBack(target: Target, connection: Connection): void {
    this.#busy.delete(connection);
    const key = keyOf(target);
    const idle = this.#idle.get(key) ?? [];
    const timer = setTimeout(() => {
      const rest = (this.#idle.get(key) ?? []).filter((one) => one.connection !== connection);
      if (rest.length === 0) this.#idle.delete(key);
      else this.#idle.set(key, rest);
      void connection.client.destroy();
    }, this.#idleMs);
    timer.unref();
    this.#idle.set(key, [...idle, { connection, timer }]);
  }

  /** After a failure or a fresh call: never used again. */
  discard(connection: Connection): void {
    this.#busy.delete(connection);
    void connection.client.destroy();
  }

  /** How many connections are open or about to be: for tests and the daemon's own figures. */
  get size(): { idle: number; busy: number } {
    return { idle: [...this.#idle.values()].reduce((sum, list) => sum + list.length, 0), busy: this.#busy.size };
  }

  /** Ends everything; calls under way fail as unreachable. */
  async close(): Promise<void> {
    const idle = [...this.#idle.values()].flat();
    this.#idle.clear();
    for (const one of idle) clearTimeout(one.timer);
    const all = [...idle.map((one) => one.connection), ...this.#busy];
    await Promise.all(all.map((connection) => connection.client.destroy()));
  }
}

const keyOf = (target: Target): string => `${new URL(target.url).origin} ${[...target.pins].sort().join(' ')}`;
