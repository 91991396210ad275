import type { WebSocket } from 'ws';

/** One websocket to one client, while it lasts. */
export type Line = {
  /**
   * Resolves when the client's side has taken it, so that nothing piles up here for one who reads slowly. Rejects when
   * the line is cut, also because the client is not trusted any more.
   */
  send(text: string): Promise<void>;
  /** Aborts when the line is cut, by whomever. */
  signal: AbortSignal;
  close(code: number, reason: string): void;
  /** Resolves when the connection is gone. */
  closed: Promise<void>;
};

const pingEveryMs = 10_000;
/** Half-dead clients: no pong, or nothing taken, for so long. */
const silenceMs = 30_000;
/** How long a client may take to answer our goodbye. */
export const goodbyeMs = 1_000;
const notTrusted = 1008;

export function makeLine(websocket: WebSocket, isTrusted: () => boolean): Line {
  const cut = new AbortController();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let heardAt = performance.now();
  const ticking = setInterval(tick, pingEveryMs);

  function tick(): void {
    if (!isTrusted()) return close(notTrusted, 'the certificate is not trusted any more');
    if (performance.now() - heardAt > silenceMs) return websocket.terminate();
    websocket.ping();
  }

  function close(code: number, reason: string): void {
    if (cut.signal.aborted) return;
    cut.abort(new Error(reason));
    websocket.close(code, reason);
    setTimeout(() => websocket.terminate(), goodbyeMs).unref();
  }

  async function send(text: string): Promise<void> {
    cut.signal.throwIfAborted();
    if (!isTrusted()) close(notTrusted, 'the certificate is not trusted any more');
    cut.signal.throwIfAborted();
    const late = setTimeout(() => websocket.terminate(), silenceMs);
    try {
      await new Promise<void>((taken, failed) => {
        websocket.send(text, (error) => (error === undefined || error === null ? taken() : failed(error)));
      });
    } finally {
      clearTimeout(late);
    }
  }

  websocket.on('pong', () => {
    heardAt = performance.now();
  });
  // A message would be more than we ask for; it is read and forgotten.
  websocket.on('message', () => undefined);
  websocket.on('error', () => websocket.terminate());
  websocket.once('close', () => {
    clearInterval(ticking);
    if (!cut.signal.aborted) cut.abort(new Error('the client went away'));
    resolve();
  });
  return { send, signal: cut.signal, close, closed };
}
