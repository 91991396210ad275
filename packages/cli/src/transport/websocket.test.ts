import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openWebSocket, StreamRefused } from './websocket.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** A connection to a server that answers the first request with what `answer` makes of its key, in one piece. */
async function connectTo(answer: (accept: string) => (string | Buffer)[]): Promise<Socket> {
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(Buffer.concat(answer(accept).map((piece) => Buffer.from(piece))));
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return socket;
}

const head = (accept: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`;
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
const goodbye = Buffer.from([0x88, 2, 0x03, 0xe9]);

test('a message that comes with the answer that opens the stream is not lost', async () => {
  const socket = await connectTo((accept) => [head(accept), frame('first'), frame('second'), goodbye]);
  const stream = await openWebSocket(socket, '/', new AbortController().signal);
  // As a program does that has something else to do first.
  await new Promise((resolve) => setImmediate(resolve));
  const seen: string[] = [];
  for await (const text of stream) seen.push(text);
  expect(seen).toEqual(['first', 'second']);
  expect(await stream.end).toMatchObject({ code: 1001 });
});

test('a refusal comes with what the daemon said', async () => {
  const body = '{"code":"not_authenticated"}';
  const refusal = `HTTP/1.1 401 Unauthorized\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const socket = await connectTo(() => [refusal]);
  const refused = await openWebSocket(socket, '/', new AbortController().signal).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StreamRefused);
  expect(refused).toMatchObject({ reply: { status: 401, text: body } });
});

test('a signal ends the stream', async () => {
  const stopping = new AbortController();
  const socket = await connectTo((accept) => [head(accept), frame('first')]);
  const stream = await openWebSocket(socket, '/', stopping.signal);
  const seen: string[] = [];
  for await (const text of stream) {
    seen.push(text);
    stopping.abort();
  }
  expect(seen).toEqual(['first']);
});
