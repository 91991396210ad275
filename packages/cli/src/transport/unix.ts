import type { Socket } from 'node:net';
import { type Exchange, type Reply, sendRequest, withLength } from './exchange.ts';

export type SendExchange = (exchange: Exchange) => Promise<Reply>;

/** Talks to the daemon on this host. The first path whose socket answers is kept. */
export function unixTransport(sockets: readonly string[]): SendExchange {
  let chosen: string | undefined;
  const sendTo = async (socketPath: string, exchange: Exchange) => {
    // Loaded when first needed: help and completion start 25 ms sooner without it (engineering E20).
    const { request } = await import('node:http');
    return sendRequest(
      request({
        socketPath,
        method: exchange.method,
        path: exchange.path,
        headers: { host: 'unix.socket', ...withLength(exchange) },
        agent: false,
        ...(exchange.signal === undefined ? {} : { signal: exchange.signal }),
      }),
      exchange,
    );
  };
  return async (exchange) => {
    const { path, value } = await firstThere(chosen === undefined ? sockets : [chosen], (one) => sendTo(one, exchange));
    chosen = path;
    return value;
  };
}

/** A connection to the daemon on this host, with nothing sent over it. */
export async function connectToSocket(sockets: readonly string[]): Promise<Socket> {
  const { connect } = await import('node:net');
  const open = (path: string): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  return (await firstThere(sockets, open)).value;
}

async function firstThere<Value>(
  sockets: readonly string[],
  use: (path: string) => Promise<Value>,
): Promise<{ path: string; value: Value }> {
  let first: unknown;
  for (const path of sockets) {
    try {
      return { path, value: await use(path) };
    } catch (error) {
      first ??= error;
      if (!isAbsent(error)) throw error;
    }
  }
  throw first;
}

/** Nobody is there, so nothing was sent and the next place may be tried. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
