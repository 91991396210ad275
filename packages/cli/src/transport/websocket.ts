import type { Socket } from 'node:net';
import type { Reply } from './exchange.ts';

/** The daemon would not open the websocket; its answer says why. */
export class StreamRefused extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`the daemon refused the stream with ${reply.status}`);
    this.reply = reply;
  }
}

/** How a stream came to its end: 1000 regularly, 1001 the daemon stops, 1006 without a word, 1008 not trusted any more. */
export type StreamEnd = { code: number; reason: string };

export type MessageStream = AsyncIterable<string> & { end: Promise<StreamEnd> };

/** The daemon pings every 10 s: no sign of life for so long, and it is gone. */
const silenceMs = 30_000;
const maxPayload = 16 * 1024 * 1024;

/**
 * Opens a websocket on a connection that is made, checked and pinned already. Messages wait in the daemon until they are
 * read here. Rejects with `StreamRefused`, or with the socket's error.
 */
export async function openWebSocket(socket: Socket, path: string, signal: AbortSignal): Promise<MessageStream> {
  const { createWebSocketStream, WebSocket } = await import('ws');
  // Plain `ws:`, for the TLS is in the connection.
  const websocket = new WebSocket(`ws://unix.socket${path}`, {
    createConnection: () => socket,
    perMessageDeflate: false,
    maxPayload,
    handshakeTimeout: 10_000,
  });
  const { promise: end, resolve } = Promise.withResolvers<StreamEnd>();
  websocket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  const give = (): void => websocket.terminate();
  signal.addEventListener('abort', give);
  if (signal.aborted) give();
  let silence = setTimeout(give, silenceMs);
  websocket.on('ping', () => {
    clearTimeout(silence);
    silence = setTimeout(give, silenceMs);
  });
  void end.then(() => {
    clearTimeout(silence);
    signal.removeEventListener('abort', give);
  });
  // Made before it is open: messages may come with the very answer that opens it, and would be lost.
  const messages = createWebSocketStream(websocket, { readableObjectMode: true, decodeStrings: false });
  // Whoever reads is told by the end of the messages, and by `end`.
  messages.on('error', () => undefined);
  await opened(websocket);
  return { end, [Symbol.asyncIterator]: () => readTexts(messages) };
}

type Websocket = InstanceType<typeof import('ws').WebSocket>;

/** An envelope with a fault is far shorter. */
const refusalLimit = 64 * 1024;

function opened(websocket: Websocket): Promise<void> {
  return new Promise((resolve, reject) => {
    websocket.once('open', () => resolve());
    websocket.once('error', reject);
    websocket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > refusalLimit) response.destroy(new Error('the answer that refuses the stream is too long'));
      });
      response.on('error', reject);
      response.on('end', () => {
        reject(new StreamRefused({ status: response.statusCode ?? 0, headers: {}, bytes: Buffer.from(text), text }));
        websocket.terminate();
      });
    });
  });
}

/** A connection that breaks ends the messages; why is in `end`. */
async function* readTexts(messages: AsyncIterable<unknown>): AsyncGenerator<string> {
  try {
    for await (const message of messages) yield String(message);
  } catch {
    // What was read is read; who follows looks at `end` and decides.
  }
}
