import { createServer } from 'node:net';
import type { MadeCertificate } from '@operations-center/tls';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EventStream, type FleetEventsOptions, makeFleetEvents } from './event-stream.ts';
import { makeTestEvents, type TestEvents } from './test-events.ts';
import { answerJson, startTestServer, type TestServer, testCertificate } from './test-server.ts';

let own: MadeCertificate;
let client: MadeCertificate;
let events: TestEvents;
let server: TestServer;
const { signal } = new AbortController();
const request = { path: '/1.0/events', query: { type: 'lifecycle', 'all-projects': 'true' }, signal };

beforeAll(async () => {
  [own, client] = await Promise.all([testCertificate('server01'), testCertificate('operations-center')]);
});
beforeEach(async () => {
  events = makeTestEvents();
  server = await startTestServer(own, () => undefined, {}, events.upgrade);
});
afterEach(() => server[Symbol.asyncDispose]());

const makeEvents = (options: Partial<FleetEventsOptions> = {}) =>
  makeFleetEvents({ clientCertificate: client.certificate, clientKey: client.key, ...options });

async function readOne(stream: EventStream): Promise<string | undefined> {
  for await (const text of stream) return text;
  return undefined;
}

test('what a server tells arrives in its order, also what comes with its very first answer', async () => {
  await server[Symbol.asyncDispose]();
  const greeting = {
    ...events,
    upgrade: (...given: Parameters<TestEvents['upgrade']>) => {
      events.upgrade(...given);
      events.tell('1');
    },
  };
  server = await startTestServer(own, () => undefined, {}, greeting.upgrade);
  const stream = await makeEvents().open(server.endpoint, request);
  for (const text of ['2', '3']) events.tell(text);
  const read: string[] = [];
  for await (const text of stream) {
    read.push(text);
    if (read.length === 3) break;
  }
  expect(read).toEqual(['1', '2', '3']);
  expect(events.asked).toEqual(['/1.0/events?type=lifecycle&all-projects=true']);
  // Who stops reading hangs up.
  await expect.poll(() => events.listeners.size).toBe(0);
});

test('a server that shows another certificate gets not one byte of the request', async () => {
  server.show(await testCertificate('impostor'));
  await expect(makeEvents().open(server.endpoint, request)).rejects.toMatchObject({ code: 'certificate_changed' });
  expect(events.asked).toEqual([]);
});

test('the pin is checked on every connection, resumed or not', async () => {
  const fleet = makeEvents();
  for (const _ of [1, 2]) (await fleet.open(server.endpoint, request)).close();
  const wrong = { ...server.endpoint, pins: ['0'.repeat(64)] };
  await expect(fleet.open(wrong, request)).rejects.toMatchObject({ code: 'certificate_changed' });
  expect(events.asked).toHaveLength(2);
});

test.each([
  [403, { error: 'not authorized' }, { kind: 'permanent', status: 403, reason: 'not authorized' }],
  [503, { error: 'Daemon is starting up' }, { kind: 'transient', status: 503, reason: 'Daemon is starting up' }],
  [200, 'a page', { kind: 'permanent', status: 200, reason: 'HTTP status 200' }],
])('a server that answers %i instead is told with its own words', async (status, body, told) => {
  await server[Symbol.asyncDispose]();
  server = await startTestServer(own, (_, response) => answerJson(response, status, body));
  const refused = makeEvents().open(server.endpoint, request);
  await expect(refused).rejects.toMatchObject({ name: 'FleetFailure', code: 'refused', server: 'server1', ...told });
});

test('a server that takes the connection and says nothing is given up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number }; // a TCP server's address is never a path
  const endpoint = { ...server.endpoint, url: `https://127.0.0.1:${port}` };
  const opening = makeEvents({ handshakeMs: 100 }).open(endpoint, request);
  await expect(opening).rejects.toMatchObject({ code: 'server_timeout' });
  silent.close();
});

test('a server that never answers the upgrade is given up', async () => {
  await server[Symbol.asyncDispose]();
  server = await startTestServer(
    own,
    () => undefined,
    {},
    () => undefined,
  );
  const opening = makeEvents({ handshakeMs: 100 }).open(server.endpoint, request);
  await expect(opening).rejects.toMatchObject({ code: 'server_timeout', reason: 'no answer within 0.1 s' });
});

test('nobody there is told as what it is', async () => {
  await server[Symbol.asyncDispose]();
  await expect(makeEvents().open(server.endpoint, request)).rejects.toMatchObject({ code: 'server_unreachable' });
});

test('a server that falls silent is taken for dead; one that answers our pings is not', async () => {
  const fleet = makeEvents({ silenceMs: 600 });
  const living = await fleet.open(server.endpoint, request);
  const dumb = makeTestEvents({ autoPong: false });
  await using other = await startTestServer(own, () => undefined, {}, dumb.upgrade);
  const dead = await fleet.open(other.endpoint, request);
  expect(await readOne(dead)).toBeUndefined();
  expect(await dead.ended).toBe('it was silent for 0.6 s');
  const heard = living.heardAt();
  await expect.poll(() => living.heardAt()).toBeGreaterThan(heard);
  events.tell('still here');
  expect(await readOne(living)).toBe('still here');
});

test('a message beyond the limit ends the stream', async () => {
  const stream = await makeEvents({ maxBytes: 1_000 }).open(server.endpoint, request);
  events.tell('x'.repeat(2_000));
  expect(await readOne(stream)).toBeUndefined();
  expect(await stream.ended).toBe('Max payload size exceeded');
});

test('a connection that breaks, and one that is closed, end the stream with their reason', async () => {
  const broken = await makeEvents().open(server.endpoint, request);
  server.cutAll();
  expect(await broken.ended).toBe('the connection broke');
  const closed = await makeEvents().open(server.endpoint, request);
  for (const listener of events.listeners) listener.close(1001, 'going away');
  expect(await readOne(closed)).toBeUndefined();
  expect(await closed.ended).toBe('the server closed it (1001, going away)');
});

test('the caller may give up at any time', async () => {
  const cancel = new AbortController();
  const stream = await makeEvents().open(server.endpoint, { ...request, signal: cancel.signal });
  cancel.abort(new Error('enough'));
  expect(await stream.ended).toBe('we ended it');
  await expect(makeEvents().open(server.endpoint, { ...request, signal: cancel.signal })).rejects.toThrow('enough');
});

test('messages that nobody reads wait in the server, not here', async () => {
  const stream = await makeEvents().open(server.endpoint, request);
  const text = 'x'.repeat(60_000);
  for (let sent = 0; sent < 500; sent += 1) events.tell(text);
  const [listener] = events.listeners;
  // 30 MB were told: what the sockets of both sides hold is far less.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(listener?.bufferedAmount).toBeGreaterThan(10_000_000);
  let read = 0;
  for await (const one of stream) {
    expect(one).toHaveLength(60_000);
    read += 1;
    if (read === 500) break;
  }
});
