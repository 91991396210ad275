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
    let first: unknown;
    for (const path of chosen === undefined ? sockets : [chosen]) {
      try {
        const reply = await sendTo(path, exchange);
        chosen = path;
        return reply;
      } catch (error) {
        first ??= error;
        if (!isAbsent(error)) throw error;
      }
    }
    throw first;
  };
}

/** Nobody is there, so nothing was sent and the next place may be tried. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
