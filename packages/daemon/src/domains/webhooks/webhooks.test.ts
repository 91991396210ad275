import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnavailable, preparedRun } from '@operations-center/database';
import { type Step, StepFailure, type Workflow } from '@operations-center/workflow';
import { expect, test } from 'vitest';
import { startTestServer, testCertificate } from '../../fleet/test-server.ts';
import { makeApi } from '../../platform/http/api.ts';
import { listenOnSocket } from '../../platform/http/listeners.ts';
import { makeLog } from '../../platform/log.ts';
import { makeSealer } from '../../platform/sealing.ts';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeCallerOf } from '../access/callers.ts';
import { makeTestLog } from '../events/test-log.ts';
import { healthHandlers } from '../health/health.routes.ts';
import { makeHealthService } from '../health/health.service.ts';
import { assembleOperations } from '../operations/assembly.ts';
import { assembleWarnings } from '../warnings/assembly.ts';
import { assembleWebhooks } from './assembly.ts';
import { type DeliverParts, deliverWebhooks } from './deliver-webhooks.loop.ts';
import { makeSendMessage } from './send-message.service.ts';
import { attemptsAllowed, signatureOf } from './webhook.rules.ts';
import { listDeliveries } from './webhooks.store.ts';

const secret = 'a secret of ours';
const path = '/1.0/system/webhooks';
const policy = { name: 'once', attempts: 1, backoffMs: 1, backoffMaxMs: 1, deadlineMs: 5_000, everyMs: 1 };

/** One step that does as its plan says. */
const workflow: Workflow = {
  name: 'try',
  version: 1,
  about: () => 'Try something',
  claims: (plan) => [`cluster/${JSON.stringify(plan)}`],
  steps: (plan): Step[] => [
    {
      name: 'only',
      about: 'Do it',
      after: [],
      policy,
      undo: { none: 'nothing was done' },
      run: async () => {
        if (plan === 'ask') throw new StepFailure('attention', 'asked', 'it is not clear');
        if (plan === 'fail') throw new StepFailure('permanent', 'failed', 'it failed');
        return {};
      },
    },
  ],
};

type Seen = { headers: Record<string, string | string[] | undefined>; body: string };

/** Somebody who is told: answers as `wish` says. */
async function startReceiver() {
  const seen: Seen[] = [];
  const wish = { status: 204, headers: {} as Record<string, string> };
  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      seen.push({ headers: asked.headers, body: Buffer.concat(chunks).toString() });
      answer.writeHead(wish.status, wish.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/hook?room=1`,
    seen,
    wish,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The domain as the daemon has it, on a database file; time passes when the test says so, and the loop looks then. */
async function startWorld({ fails = () => false }: { fails?: (write: string) => boolean } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const opened = await openTestDatabase(join(directory, 'test.db'));
  const write: MainDatabase['write'] = (name, body, options) =>
    fails(name) ? Promise.reject(new DatabaseUnavailable('it is full')) : opened.write(name, body, options);
  const database: MainDatabase = { ...opened, write };
  const time = { nowMs: 1_800_000_000_000 };
  const clock = { nowMs: () => time.nowMs, sleepUntil: () => new Promise<void>(() => {}) };
  const log = makeLog('', { write: () => undefined });
  const sealer = makeSealer(Buffer.alloc(32, 7));
  const hold: { reason: string | undefined } = { reason: undefined };
  const { service: warnings } = assembleWarnings({ database, clock, events: makeTestLog(clock) });
  const parts = {
    database,
    clock,
    log,
    sealer,
    warnings,
    findOperation: (id: string) => operations.service.find(id),
    held: () => hold.reason,
  };
  const webhooks = assembleWebhooks(parts);
  const makeOperations = () =>
    assembleOperations({
      database,
      clock,
      log,
      warnings,
      events: makeTestLog(clock),
      workflows: [workflow],
      onRest: webhooks.service.queue,
    });
  let operations = makeOperations();
  await operations.start();
  const makeLoop = (more: Partial<DeliverParts> = {}) =>
    deliverWebhooks({ ...parts, send: makeSendMessage(sealer, clock.nowMs), ...more });
  const loop = makeLoop();
  const health = healthHandlers(
    makeHealthService({
      database,
      clock,
      operations: operations.service,
      isHeld: () => hold.reason !== undefined,
      patienceMs: 1_000,
    }),
  );
  const callerOf = makeCallerOf({ isTrusted: () => false, nowMs: clock.nowMs });
  const api = await makeApi({ handlers: [...webhooks.handlers, ...health], callerOf, log });
  const socketPath = join(directory, 'unix.socket');
  const listener = await listenOnSocket(socketPath, api);
  // oxlint-disable-next-line typescript/no-explicit-any -- what the API answers is checked by what is expected of it
  const ask = (method: string, url: string, body?: unknown): Promise<{ status: number; body: any }> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath, method, path: url, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
        );
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    database,
    warnings,
    hold,
    ask,
    makeLoop,
    deliveries: () => listDeliveries(database.read, 'night', 10),
    /** As if every try that is being made had been made for longer than one can take. */
    endHolds: () =>
      database.write('end holds', (tx) => preparedRun(tx, 'update webhook_deliveries set held_until = 0')),
    async run(plan: 'work' | 'ask' | 'fail'): Promise<string> {
      const id = await database.write('submit', (tx) => operations.service.submit(tx, { workflow: 'try', plan }));
      await operations.service.wait(id, AbortSignal.timeout(5_000));
      // What it waits for is seen a moment before the write in which it comes to rest, and is told.
      const resting = () => database.rows('select id from operations where id = ? and todo = 0', [id]);
      await expect.poll(resting).toHaveLength(1);
      return id;
    },
    /** As a daemon that starts again. */
    async restart() {
      await operations.stop(1_000);
      operations = makeOperations();
      await operations.start();
    },
    later: (ms: number) => void (time.nowMs += ms),
    async pass(ms: number) {
      time.nowMs += ms;
      await loop.look(new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      await listener.close(1_000);
      await operations.stop(1_000);
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

test('an operation that needs a person is told once, signed, as it stands', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  expect(await world.ask('POST', path, { name: 'night', url: receiver.url, secret })).toMatchObject({
    status: 201,
    body: { metadata: { secret: '' } },
  });
  await world.run('work');
  const id = await world.run('ask');
  await world.restart();
  await world.pass(0);
  await world.pass(100_000);
  expect(receiver.seen).toHaveLength(1);
  const [told] = receiver.seen;
  expect(JSON.parse(told?.body ?? '')).toMatchObject({
    event: 'needs_attention',
    at: '2027-01-15T08:00:00.000Z',
    operation: {
      id,
      description: 'Try something',
      metadata: { status: 'needs_attention', exits: ['retry', 'undo', 'leave'] },
    },
  });
  const timestamp = Number(told?.headers['x-operations-center-timestamp']);
  expect(told?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-operations-center-event': 'needs_attention',
    'x-operations-center-signature': signatureOf(secret, timestamp, told?.body ?? ''),
  });
  const { metadata } = (await world.ask('GET', `${path}/night/deliveries`)).body;
  expect(metadata).toMatchObject([
    {
      event: 'needs_attention',
      operation: `/1.0/operations/${id}`,
      state: 'delivered',
      attempts: 1,
      last_answer: 'HTTP 204',
    },
  ]);
  await receiver.close();
});

test('what was taken back because a step failed is told as failed, to those who asked for it', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'failures', url: receiver.url, secret, events: ['failed'] });
  await world.ask('POST', path, { name: 'ends', url: receiver.url, secret, events: ['finished', 'cancelled'] });
  await world.run('fail');
  await world.pass(0);
  expect(receiver.seen.map(({ body }) => JSON.parse(body).event)).toEqual(['failed']);
  await world.run('work');
  await world.pass(0);
  expect(receiver.seen.map(({ body }) => JSON.parse(body).event)).toEqual(['failed', 'finished']);
  await receiver.close();
});

test('a receiver that fails is tried by policy, given up with a warning, which goes when it answers again', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  receiver.wish.status = 500;
  await world.run('ask');
  await world.pass(0);
  await world.pass(9_000);
  expect(receiver.seen).toHaveLength(1);
  await world.pass(1_000);
  expect(receiver.seen).toHaveLength(2);
  for (let at = 2; at < attemptsAllowed + 2; at += 1) await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(attemptsAllowed);
  expect(new Set(receiver.seen.map(({ headers }) => headers['x-operations-center-delivery'])).size).toBe(1);
  const about = async () => (await world.warnings.list()).filter(({ scope }) => scope.scope === 'webhook');
  expect(await about()).toMatchObject([{ type: 'Webhook does not answer', scope: { entity: 'night' } }]);
  expect((await world.ask('GET', `${path}/night/deliveries`)).body.metadata).toMatchObject([
    { state: 'given_up', attempts: attemptsAllowed, next_at: null, last_answer: 'HTTP 500' },
  ]);
  receiver.wish.status = 200;
  await world.run('fail');
  await world.pass(0);
  expect(await about()).toEqual([]);
  await receiver.close();
});

test("a try that somebody makes is nobody else's, whatever his clock says, until it must be over", async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  // Another daemon, whose try never ends.
  const other = world.makeLoop({ send: () => new Promise(() => {}) });
  void other.look(new AbortController().signal);
  await expect.poll(() => world.deliveries()).toMatchObject([{ attempts: 1 }]);
  await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(0);
  await world.endHolds();
  await world.pass(0);
  expect(receiver.seen).toHaveLength(1);
  expect(await world.deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  await receiver.close();
});

test('tries whose end cannot be written are counted all the same, and are no more than allowed', async () => {
  const fails = (name: string) => name === 'webhook told';
  await using world = await startWorld({ fails });
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  for (let at = 0; at < attemptsAllowed; at += 1) {
    await expect(world.pass(3_600_000)).rejects.toThrow('it is full');
    await world.endHolds();
  }
  await world.pass(3_600_000);
  await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(attemptsAllowed);
  expect(await world.deliveries()).toMatchObject([
    { state: 'given_up', attempts: attemptsAllowed, last_answer: expect.stringContaining('could not be written') },
  ]);
  const scopes = (await world.warnings.list()).map(({ scope }) => scope.scope);
  expect(scopes).toContain('webhook');
  await receiver.close();
});

test('a failure that is told late says nothing about a newer try; that it was taken is so', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  receiver.wish.status = 500;
  for (const delivered of [false, true]) {
    const { promise: answer, resolve } = Promise.withResolvers<{ delivered: boolean; text: string }>();
    const { promise: asked, resolve: begin } = Promise.withResolvers<void>();
    const slow = world.makeLoop({ send: () => (begin(), answer) }).look(new AbortController().signal);
    await asked;
    await world.endHolds();
    await world.pass(3_600_000);
    const [newer] = await world.deliveries();
    expect(newer).toMatchObject({ state: 'waiting', last_answer: 'HTTP 500' });
    resolve({ delivered, text: 'late' });
    await slow;
    expect(await world.deliveries()).toMatchObject(delivered ? [{ state: 'delivered', last_answer: 'late' }] : [newer]);
    world.later(3_600_000);
  }
  await receiver.close();
});

test('redirects are not followed, and a certificate must be one that is trusted', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  receiver.wish.status = 302;
  receiver.wish.headers = { location: receiver.url };
  await world.ask('POST', path, { name: 'moved', url: receiver.url, secret });
  const tested = async (name: string) => (await world.ask('POST', `${path}/${name}/:test`)).body.metadata;
  expect(await tested('moved')).toMatchObject({ delivered: false, answer: 'HTTP 302: redirects are not followed' });
  expect(receiver.seen).toHaveLength(1);
  const certificate = await testCertificate('receiver');
  await using safe = await startTestServer(certificate, (_, answer) => answer.writeHead(200).end());
  const { url } = safe.endpoint;
  await world.ask('POST', path, { name: 'unknown', url, secret });
  expect(await tested('unknown')).toMatchObject({ delivered: false, answer: expect.stringContaining('self-signed') });
  expect(safe.seen).toHaveLength(0);
  await world.ask('POST', path, { name: 'known', url, secret, certificate: certificate.certificate });
  expect(await tested('known')).toMatchObject({ delivered: true, answer: 'HTTP 200' });
  await receiver.close();
});

test('secrets are sealed, made where none is given, and shown once', async () => {
  await using world = await startWorld();
  const made = (await world.ask('POST', path, { name: 'a', url: 'https://a.example/' })).body.metadata.secret;
  expect(made).toMatch(/^[0-9a-f]{64}$/);
  const shown = JSON.stringify([
    (await world.ask('GET', `${path}?recursion=1`)).body,
    (await world.ask('GET', `${path}/a`)).body,
    await world.database.rows('select * from webhooks'),
  ]);
  expect(shown).toContain('a.example');
  expect(shown).not.toContain(made);
  expect(await world.ask('DELETE', `${path}/a`)).toMatchObject({ status: 200 });
  expect(await world.ask('DELETE', `${path}/a`)).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
});

test.each([
  ['name', { name: 'a b', url: 'https://a.example/' }],
  ['name', { name: '', url: 'https://a.example/' }],
  ['url', { name: 'a', url: 'ftp://a.example/' }],
  ['url', { name: 'a', url: 'a.example' }],
  ['url', { name: 'a', url: 'https://me:mine@a.example/' }],
  ['secret', { name: 'a', url: 'https://a.example/', secret: 'short' }],
  ['events', { name: 'a', url: 'https://a.example/', events: [] }],
  ['certificate', { name: 'a', url: 'https://a.example/', certificate: 'PEM' }],
])('what is no webhook is refused by its %s', async (field, body) => {
  await using world = await startWorld();
  expect(await world.ask('POST', path, body)).toMatchObject({
    status: 400,
    body: { code: 'webhook_invalid', details: { field } },
  });
});

test('a daemon that is held tells nobody, says so to a monitor, and tells after a person said go', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'ends', url: receiver.url, secret });
  await world.run('fail');
  world.hold.reason = 'restored';
  await world.pass(0);
  expect(receiver.seen).toEqual([]);
  expect((await world.ask('GET', '/1.0/health')).body.metadata).toMatchObject({ status: 'attention', held: true });
  world.hold.reason = undefined;
  await world.pass(0);
  expect(receiver.seen).toHaveLength(1);
  await receiver.close();
});

test('a name is there once', async () => {
  await using world = await startWorld();
  await world.ask('POST', path, { name: 'a', url: 'https://a.example/' });
  expect(await world.ask('POST', path, { name: 'a', url: 'https://b.example/' })).toMatchObject({
    status: 400,
    body: { code: 'webhook_exists' },
  });
});

test('health counts and names nothing; without a database it is 503', async () => {
  await using world = await startWorld();
  expect((await world.ask('GET', '/1.0/health')).body.metadata).toMatchObject({ status: 'ok', clusters: 0 });
  await world.run('ask');
  await world.run('fail');
  await world.restart();
  // What rests is looked at once more after a start.
  const health = async () => (await world.ask('GET', '/1.0/health')).body.metadata;
  await expect.poll(health).toEqual({
    status: 'attention',
    held: false,
    database: 'ok',
    operations: { working: 0, paused: 0, needs_attention: 1, failed_last_day: 1 },
    servers: { all: 0, by_status: {} },
    clusters: 0,
    warnings: 1,
  });
  await world.database.write('break', async (tx) => {
    await tx.schema.alterTable('clusters').renameTo('gone').execute();
  });
  expect(await world.ask('GET', '/1.0/health')).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
});
