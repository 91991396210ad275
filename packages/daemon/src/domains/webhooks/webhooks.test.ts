import { expect, test } from 'vitest';
import { startTestServer, testCertificate } from '../../fleet/test-server.ts';
import { secret, startReceiver, startWorld } from './test-world.ts';
import { signatureOf } from './webhook.rules.ts';
import { webhooksPath as path } from './webhook.ts';

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
  ['certificate', { name: 'a', url: 'https://a.example/', certificate: '-----BEGIN CERTIFICATE-----\nno' }],
])('what is no webhook is refused by its %s', async (field, body) => {
  await using world = await startWorld();
  expect(await world.ask('POST', path, body)).toMatchObject({
    status: 400,
    body: { code: 'webhook_invalid', details: { field } },
  });
});

test('a private key that was pasted with a certificate is refused, and shown nowhere', async () => {
  await using world = await startWorld();
  const { certificate, key } = await testCertificate('authority');
  const wish = { name: 'a', url: 'https://a.example/', certificate: certificate + key };
  const answer = await world.ask('POST', path, wish);
  expect(answer).toMatchObject({
    status: 400,
    body: { details: { expected: expect.stringContaining('without its') } },
  });
  expect(JSON.stringify(answer)).not.toContain(key.slice(40, 80));
  expect(await world.database.rows('select * from webhooks')).toEqual([]);
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
  // What lives in memory is counted as what the database holds, until somebody acknowledged it.
  world.warnings.setPassing({ type: 't', scope: 'audit', entity_type: 'daemon', entity: 'a' }, 'two are late');
  expect(await health()).toMatchObject({ warnings: 2 });
  const passing = (await world.warnings.list()).find(({ type }) => type === 't');
  await world.warnings.setStatus(passing?.uuid ?? '', 'acknowledged', () => undefined);
  expect(await health()).toMatchObject({ warnings: 1 });
  await world.database.write('break', async (tx) => {
    await tx.schema.alterTable('clusters').renameTo('gone').execute();
  });
  expect(await world.ask('GET', '/1.0/health')).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
});
