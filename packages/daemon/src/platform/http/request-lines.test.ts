import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { makeTestDirectory } from '@operations-center/database/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { empty, handle, ok } from './answer.ts';
import { makeApi } from './api.ts';
import { listenOnSocket } from './listeners.ts';
import { handleStream, makeStreamDoor } from './streams.ts';

/** Both doors of a listener for a caller whom nobody knows, and raw lines in place of a client. */
async function startListener() {
  const place = makeTestDirectory();
  const path = join(place.path, 'unix.socket');
  const stranger = () => ({
    protocol: '' as const,
    user: '',
    trusted: false,
    fingerprint: undefined,
    certificate: () => undefined,
  });
  const log = pino({ level: 'silent' });
  const handlers = [handle('api_show', async () => ok({})), handle('events_list', async () => empty)];
  const api = await makeApi({ handlers, callerOf: stranger, log });
  const streams = makeStreamDoor({
    handlers: [handleStream('events_list', () => async () => undefined)],
    callerOf: stranger,
    log,
  });
  const listener = await listenOnSocket(path, api, undefined, streams);
  return {
    async send(lines: string): Promise<{ status: number; text: string; socket: Socket }> {
      const socket = connect({ path, allowHalfOpen: true });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`${lines}\r\n\r\n`);
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      const text = bytes.toString();
      return { status: Number(text.split(' ')[1]), text, socket };
    },
    async [Symbol.asyncDispose]() {
      await listener.close(50);
      place.end();
    },
  };
}

const upgrade = 'host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13';

test.each(['//', '///x', 'https://[/', 'https://[//x', 'http://x:99999//', '/a/../b', '/\\\\[//'])(
  'GET %s, which is no URL, is answered, with and without an upgrade',
  async (target) => {
    await using listener = await startListener();
    for (const headers of [upgrade, 'host: x']) {
      const { status, socket } = await listener.send(`GET ${target} HTTP/1.1\r\n${headers}`);
      expect([307, 404]).toContain(status);
      socket.destroy();
    }
  },
);

test('a redirect to the clean path leads to no other host', async () => {
  await using listener = await startListener();
  const { text, socket } = await listener.send('GET /x//..\\\\elsewhere.example/. HTTP/1.1\r\nhost: x');
  expect(text).toMatch(/location: \/[^/\\]/);
  socket.destroy();
});

test('who is refused a stream and does not hang up is cut off', async () => {
  await using listener = await startListener();
  const { status, socket } = await listener.send(`GET /1.0/events HTTP/1.1\r\n${upgrade}`);
  expect(status).toBe(401);
  // Our side of the connection stays open: only the daemon can end it.
  const cut = new Promise<boolean>((resolve) => {
    const writing = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => (clearInterval(writing), resolve(true)));
  });
  expect(await cut).toBe(true);
});
