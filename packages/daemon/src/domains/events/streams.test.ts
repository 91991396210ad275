import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silence } from '@operations-center/database';
import { makeTestDirectory } from '@operations-center/database/testing';
import { makeCertificate } from '@operations-center/tls';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../platform/clock.ts';
import { makeApi } from '../../platform/http/api.ts';
import { listenOnHttps, listenOnSocket } from '../../platform/http/listeners.ts';
import { makeStreamDoor } from '../../platform/http/streams.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeCallerOf } from '../access/callers.ts';
import { assembleEvents } from './assembly.ts';
import { pruneEvents } from './events.store.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Message = {
  type: string;
  cursor: string;
  metadata: { action?: string; reason?: string; resume?: string; context?: unknown };
};

/** The events as the daemon has them, on both doors; one client of HTTPS is trusted until a test says otherwise. */
async function startWorld(limit = 3) {
  const place = makeTestDirectory();
  const [own, client] = await Promise.all([
    makeCertificate({ commonName: 'daemon', usage: 'server' }),
    makeCertificate({ commonName: 'me' }),
  ]);
  const database = await openTestDatabase(join(place.path, 'test.db'));
  const log = pino({ level: 'silent' });
  const events = assembleEvents(
    { database, clock: systemClock, log },
    { location: 'here', news: silence, logs: [], changes: () => undefined },
  );
  await events.start();
  const trusted = new Set([client.fingerprint]);
  const callerOf = makeCallerOf({ isTrusted: (fingerprint) => trusted.has(fingerprint), nowMs: Date.now });
  const api = await makeApi({ handlers: events.handlers, callerOf, log });
  const streams = makeStreamDoor({ handlers: events.streams, callerOf, log, limit });
  const https = await listenOnHttps({ host: '127.0.0.1', port: 0 }, own, api, streams);
  const socketPath = join(place.path, 'unix.socket');
  const socket = await listenOnSocket(socketPath, api, undefined, streams);
  ends.push(async () => {
    await streams.close();
    await Promise.all([https.close(100), socket.close(100)]);
    await events.stop();
    await database.close();
    place.end();
  });
  const say = (action: string, context: Record<string, string> = {}) =>
    database.write('test', (tx) => events.log.changed(tx, { action, source: '/1.0', context }));
  const open = (query = '', options: object = {}) =>
    track(new WebSocket(`ws+unix:${socketPath}:/1.0/events${query}`, options));
  const openTls = (as: { certificate: string; key: string }) =>
    track(
      new WebSocket(`wss://${https.address}/1.0/events`, {
        cert: as.certificate,
        key: as.key,
        rejectUnauthorized: false,
      }),
    );
  return { database, events, trusted, client, streams, socketPath, say, open, openTls };
}

type Tracked = {
  websocket: WebSocket;
  messages: Message[];
  closed: Promise<number>;
  ready: Promise<{ status: number; code?: string }>;
};

function track(websocket: WebSocket): Tracked {
  const messages: Message[] = [];
  websocket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  websocket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => websocket.once('close', resolve));
  const ready = new Promise<{ status: number; code?: string }>((resolve) => {
    websocket.once('open', () => resolve({ status: 101 }));
    websocket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (piece) => (text += String(piece)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, code: (JSON.parse(text) as { code: string }).code }),
      );
    });
  });
  ends.push(() => websocket.terminate());
  return { websocket, messages, closed, ready };
}

async function until(look: () => boolean): Promise<void> {
  for (let tries = 0; !look(); tries += 1) {
    if (tries > 1_000) throw new Error('waited in vain');
    await pause(5);
  }
}
const actions = ({ messages }: Tracked) => messages.map(({ metadata }) => metadata.action);

test('events come over both doors, of the types that were asked for, in the shape that Incus gives them', async () => {
  const { client, say, open, openTls } = await startWorld();
  const streams = [open(), openTls(client), open('?type=operation')];
  for (const stream of streams) expect(await stream.ready).toEqual({ status: 101 });
  await say('server-renamed', { old_name: 'a' });
  await until(() => streams[0]?.messages.length === 1 && streams[1]?.messages.length === 1);
  expect(streams[0]?.messages[0]).toEqual({
    type: 'lifecycle',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    metadata: { action: 'server-renamed', source: '/1.0', context: { old_name: 'a' } },
    location: 'here',
    project: '',
    cursor: expect.any(String),
  });
  expect(streams[1]?.messages).toEqual(streams[0]?.messages);
  expect(streams[2]?.messages).toEqual([]);
});

test('a stream ends with the trust in its certificate, and says nothing more', async () => {
  const { client, trusted, say, openTls } = await startWorld();
  const stream = openTls(client);
  await stream.ready;
  await say('before');
  await until(() => stream.messages.length === 1);
  trusted.delete(client.fingerprint);
  await say('after');
  expect(await stream.closed).toBe(1008);
  expect(actions(stream)).toEqual(['before']);
});

test('who may not follow, or asks for what there is not, is refused as on every route', async () => {
  const { client, trusted, open, openTls } = await startWorld();
  trusted.clear();
  expect(await openTls(client).ready).toEqual({ status: 401, code: 'not_authenticated' });
  expect(await open('', { origin: 'https://evil.example' }).ready).toEqual({ status: 403, code: 'cross_site_request' });
  expect(await open('?type=gossip').ready).toEqual({ status: 400, code: 'event_type_unknown' });
  expect(await open('?cursor=garbage').ready).toEqual({ status: 400, code: 'event_cursor_invalid' });
});

test('there are so many streams at most; a stream that ended makes room', async () => {
  const { open } = await startWorld(2);
  const [one, two] = [open(), open()];
  await Promise.all([one.ready, two.ready]);
  expect(await open().ready).toEqual({ status: 503, code: 'event_streams_exhausted' });
  one.websocket.terminate();
  await one.closed;
  let third = open();
  for (let tries = 0; (await third.ready).status !== 101 && tries < 100; tries += 1) third = open();
  expect((await third.ready).status).toBe(101);
});

test('a daemon that stops says so', async () => {
  const { streams, open } = await startWorld();
  const stream = open();
  await stream.ready;
  await streams.close();
  expect(await stream.closed).toBe(1001);
  expect(await open().ready).toEqual({ status: 503, code: 'shutting_down' });
});

test('whoever asks for another upgrade, or for one elsewhere, is answered as if he had not', async () => {
  const { socketPath } = await startWorld();
  const ask = (path: string, upgrade: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { connection: 'upgrade', upgrade };
      request({ socketPath, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
  expect(await ask('/1.0/events', 'h2c')).toBe(200);
  expect(await ask('/1.0/nothing', 'websocket')).toBe(404);
});

test('one who reads slowly holds up nobody and gets everything later, or is told what is lost and goes on', async () => {
  const { database, events, say, open } = await startWorld();
  const [slow, quick] = [open(), open()];
  await Promise.all([slow.ready, quick.ready]);
  await say('first');
  await until(() => slow.messages.length === 1);
  slow.websocket.pause();
  // More than the sockets between us hold.
  const count = 60;
  for (let at = 0; at < count; at += 1) await say(`big-${at}`, { padding: 'x'.repeat(100_000) });
  await until(() => quick.messages.length === count + 1);
  const head = events.numbering.head('events').number;
  await database.write('prune', (tx) => pruneEvents(tx, head - 5, 1_000));
  slow.websocket.resume();
  await until(() => slow.messages.at(-1)?.metadata.action === `big-${count - 1}`);
  const lost = slow.messages.findIndex(({ type }) => type === 'lost');
  expect(slow.messages[lost]).toMatchObject({ metadata: { reason: 'pruned' } });
  expect(slow.messages[lost]?.metadata.resume).toBe(slow.messages[lost]?.cursor);
  expect(actions(slow).slice(lost + 1)).toEqual(actions(quick).slice(-5));
  expect(actions(slow).slice(0, lost)).toEqual(actions(quick).slice(0, lost));
  expect(lost).toBeGreaterThan(1);
});
