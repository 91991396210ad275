import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { errorReply, syncReply } from '@operations-center/fleet-protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FleetConnections, type FleetRequest, type LoggedCall, makeFleetConnections } from './connection.ts';
import type { FleetFailure } from './fleet-failure.ts';
import { answerJson, startTestServer, testCertificate } from './test-server.ts';

const [client, own, other] = await Promise.all(['client', 'own', 'other'].map(testCertificate));
if (client === undefined || own === undefined || other === undefined) throw new Error('no certificates');

const { signal } = new AbortController();
const log: LoggedCall[] = [];
let fleet: FleetConnections;
beforeAll(() => {
  fleet = makeFleetConnections({
    clientCertificate: client.certificate,
    clientKey: client.key,
    idleMs: 50,
    now: () => 42,
    onCall: (call) => log.push(call),
  });
});
afterAll(() => fleet.close());

const GET: FleetRequest = { method: 'GET', path: '/1.0', deadlineMs: 5_000, signal };
const failed = (asked: Promise<unknown>): Promise<FleetFailure> =>
  asked.then(
    () => Promise.reject(new Error('it did not fail')),
    // What a call rejects with is checked by what is expected of it.
    (error: unknown) => error as FleetFailure,
  );

test('a call shows our certificate and tells which one the server showed, its status, etag and body', async () => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 200, syncReply(['/1.0']), { etag: '"abc"' }),
  );
  const reply = await fleet.call(server.endpoint, {
    ...GET,
    query: { target: 'a b', project: undefined },
    ifMatch: '"x"',
  });
  expect(reply).toMatchObject({ status: 200, etag: '"abc"', shownFingerprint: own.fingerprint });
  expect(JSON.parse(reply.bytes.toString())).toEqual(syncReply(['/1.0']));
  expect(server.seen).toMatchObject([
    { method: 'GET', url: '/1.0?target=a+b', clientFingerprint: client.fingerprint, headers: { 'if-match': '"x"' } },
  ]);
});

test('a wrong pin on the third connection is seen, and nothing is sent on it', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  for (let time = 0; time < 2; time += 1) await fleet.call(server.endpoint, { ...GET, fresh: true });
  server.show(other);
  const failure = await failed(fleet.call(server.endpoint, { ...GET, fresh: true }));
  expect(failure).toMatchObject({
    code: 'certificate_changed',
    kind: 'permanent',
    server: 'server1',
    call: 'GET /1.0',
  });
  expect(failure.shownFingerprint).toBe(other.fingerprint);
  expect(server.made()).toBe(3);
  expect(server.seen).toHaveLength(2);
});

test('with several pins, the reply names the one that was shown on its connection', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  const endpoint = { ...server.endpoint, pins: [own.fingerprint, other.fingerprint] };
  expect((await fleet.call(endpoint, { ...GET, fresh: true })).shownFingerprint).toBe(own.fingerprint);
  server.show(other);
  expect((await fleet.call(endpoint, { ...GET, fresh: true })).shownFingerprint).toBe(other.fingerprint);
});

test('an endpoint without pins reaches nobody', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  expect(await failed(fleet.call({ ...server.endpoint, pins: [] }, GET))).toMatchObject({
    code: 'certificate_changed',
  });
  expect(server.seen).toHaveLength(0);
});

test('a connection is used again, never by calls at the same time, and closed when idle', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  await fleet.call(server.endpoint, GET);
  await fleet.call(server.endpoint, GET);
  expect(server.made()).toBe(1);
  await Promise.all([1, 2, 3].map(() => fleet.call(server.endpoint, GET)));
  expect(server.made()).toBe(3);
  await expect.poll(() => server.connections(), { timeout: 2_000 }).toBe(0);
  await expect.poll(() => fleet.size).toEqual({ idle: 0, busy: 0 });
});

test('a kept connection is not borrowed by who expects another certificate', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  await fleet.call(server.endpoint, GET);
  const asked = fleet.call({ ...server.endpoint, pins: [other.fingerprint] }, GET);
  expect(await failed(asked)).toMatchObject({ code: 'certificate_changed', shownFingerprint: own.fingerprint });
});

test('a fresh call leaves no connection behind', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  const lonely = makeFleetConnections({ clientCertificate: client.certificate, clientKey: client.key });
  await lonely.call(server.endpoint, { ...GET, fresh: true });
  expect(lonely.size).toEqual({ idle: 0, busy: 0 });
  await expect.poll(() => server.connections()).toBe(0);
  await lonely.call(server.endpoint, GET);
  expect(lonely.size).toEqual({ idle: 1, busy: 0 });
  await lonely.close();
  expect(lonely.size).toEqual({ idle: 0, busy: 0 });
  await expect.poll(() => server.connections()).toBe(0);
});

test('an endless body is cut at the limit', async () => {
  await using server = await startTestServer(own, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  const failure = await failed(fleet.call(server.endpoint, { ...GET, maxBytes: 1_000_000 }));
  expect(failure).toMatchObject({ code: 'reply_too_large', kind: 'permanent', status: 200 });
  expect(failure.reason).toContain('1000000 bytes');
  await expect.poll(() => server.connections()).toBe(0);
});

test('who must wait for its turn to read on is not late because of it', async () => {
  const big = 'y'.repeat(5_000_000);
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply(big)));
  const turn = Promise.withResolvers<void>();
  let asked = 0;
  const admit = (read: number) => {
    asked = read;
    return read > 1_000_000 ? turn.promise : undefined;
  };
  const reply = fleet.call(server.endpoint, { ...GET, deadlineMs: 300, admit });
  await expect.poll(() => asked).toBeGreaterThan(1_000_000);
  await pause(400);
  expect(asked).toBeLessThan(2_000_000);
  turn.resolve();
  expect((await reply).bytes.length).toBeGreaterThan(5_000_000);
});

test('an answer of several megabytes below the limit arrives whole', async () => {
  const big = 'y'.repeat(5_000_000);
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply(big)));
  expect((await fleet.call(server.endpoint, GET)).bytes.length).toBeGreaterThan(5_000_000);
});

test('silence ends at the deadline: before the answer, and in the middle of one', async () => {
  await using silent = await startTestServer(own, () => {});
  expect(await failed(fleet.call(silent.endpoint, { ...GET, deadlineMs: 80 }))).toMatchObject({
    code: 'server_timeout',
    kind: 'transient',
  });
  await using half = await startTestServer(own, (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{');
  });
  expect(await failed(fleet.call(half.endpoint, { ...GET, deadlineMs: 80 }))).toMatchObject({
    code: 'server_timeout',
    reason: 'no complete answer within 0.08 s',
  });
});

test('an address that accepts and says nothing ends at the deadline as well', async () => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const endpoint = { name: 'mute', url: `https://127.0.0.1:${port}`, pins: [own.fingerprint] };
  expect(await failed(fleet.call(endpoint, { ...GET, deadlineMs: 80 }))).toMatchObject({ code: 'server_timeout' });
  const cancel = new AbortController();
  const asked = fleet.call(endpoint, { ...GET, deadlineMs: 60_000, signal: cancel.signal });
  const started = performance.now();
  cancel.abort(new Error('given up'));
  await expect(asked).rejects.toThrow('given up');
  expect(performance.now() - started).toBeLessThan(1_000);
  mute.close();
});

test('nobody there, and a server that hangs up, are unreachable', async () => {
  const server = await startTestServer(own, (_, response) => response.destroy());
  expect(await failed(fleet.call(server.endpoint, GET))).toMatchObject({
    code: 'server_unreachable',
    kind: 'transient',
  });
  await server[Symbol.asyncDispose]();
  expect(await failed(fleet.call(server.endpoint, GET))).toMatchObject({
    code: 'server_unreachable',
    reason: 'connection refused',
  });
});

test('a server that speaks no TLS, or only an old one, is no Incus server', async () => {
  const plain = createServer((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
  );
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const address = plain.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const endpoint = { name: 'plain', url: `https://127.0.0.1:${port}`, pins: [own.fingerprint] };
  expect(await failed(fleet.call(endpoint, GET))).toMatchObject({ code: 'not_an_incus_server', kind: 'permanent' });
  plain.close();
  await using old = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()), {
    maxVersion: 'TLSv1.2',
  });
  expect(await failed(fleet.call(old.endpoint, GET))).toMatchObject({ code: 'not_an_incus_server' });
});

test('garbage in place of HTTP is a bad reply', async () => {
  await using server = await startTestServer(own, (_, response) => {
    response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
  });
  expect(await failed(fleet.call(server.endpoint, GET))).toMatchObject({ code: 'bad_reply', kind: 'permanent' });
});

test('giving up ends the call with the reason of who gave up', async () => {
  await using server = await startTestServer(own, () => {});
  const cancel = new AbortController();
  const asked = fleet.call(server.endpoint, { ...GET, signal: cancel.signal });
  await expect.poll(() => server.seen.length).toBe(1);
  const reason = new Error('the operation was cancelled');
  cancel.abort(reason);
  await expect(asked).rejects.toBe(reason);
  await expect(fleet.call(server.endpoint, { ...GET, signal: cancel.signal })).rejects.toBe(reason);
  await expect.poll(() => server.connections()).toBe(0);
});

test('every call is in the log; bodies of changes only, and no secret in them', async () => {
  await using server = await startTestServer(own, (seen, response) =>
    answerJson(
      response,
      seen.method === 'GET' ? 404 : 200,
      seen.method === 'GET' ? errorReply(404, 'not found') : syncReply(),
    ),
  );
  log.length = 0;
  await fleet.call(server.endpoint, GET);
  await fleet.call(server.endpoint, {
    ...GET,
    method: 'PUT',
    path: '/1.0/cluster',
    query: { target: 'm' },
    body: { cluster_token: 'c2VjcmV0', server_name: 'server2' },
  });
  await fleet.call(server.endpoint, { ...GET, method: 'POST', path: '/x', rawBody: Buffer.from([0x1f, 0x8b, 0xff]) });
  await server[Symbol.asyncDispose]();
  await failed(fleet.call(server.endpoint, GET));
  expect(log).toMatchObject([
    { at: 42, server: 'server1', method: 'GET', path: '/1.0', status: 404 },
    {
      at: 42,
      server: 'server1',
      method: 'PUT',
      path: '/1.0/cluster?target=m',
      body: { cluster_token: '**redacted**', server_name: 'server2' },
      status: 200,
    },
    { at: 42, server: 'server1', method: 'POST', path: '/x', body: { bytes: 3 }, status: 200 },
    { at: 42, server: 'server1', method: 'GET', path: '/1.0', status: null, failure: 'server_unreachable' },
  ]);
  expect(log.every((call) => call.ms >= 0)).toBe(true);
  expect(log.filter((call) => 'body' in call)).toHaveLength(2);
  expect(server.seen.map((seen) => seen.headers['content-type'])).toEqual([
    undefined,
    'application/json',
    'application/gzip',
  ]);
  expect(server.seen[2]?.body).toBe('\u001f\u008b\u00ff');
});
