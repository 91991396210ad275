import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { type Control, startControl } from './control.ts';
import { type Fleet, makeFleet } from './fleet.ts';
import { ownLoopback } from './testing.ts';

const NET = ownLoopback(2);
const directory = mkdtempSync(join(tmpdir(), 'sim-'));
let fleet: Fleet;
let control: Control;
let client: { certificate: string; key: string };
const registered: string[] = [];

beforeAll(async () => {
  fleet = makeFleet({
    namePrefix: 'node',
    network: `${NET}.0/24`,
    seed: 'control',
    latencyMs: 0,
    concurrency: 2,
    curve: 'P-256',
    clock: manualClock(),
    faults: [],
    pace: 0,
    cacheDirectory: directory,
    registered: (server) => void registered.push(server.name),
    failed: () => {},
  });
  await fleet.boot(await fleet.add(2));
  control = await startControl(fleet, '127.0.0.1:0');
  client = await makeCertificate({ commonName: 'client' });
  for (const server of fleet.servers()) server.incus.trust({ name: 'oc', certificate: client.certificate });
});
afterAll(() => {
  control.close();
  fleet.end();
  rmSync(directory, { recursive: true });
});

// Tests pick answers apart freely: what is not there fails the expectation.
// oxlint-disable-next-line no-explicit-any
type Steered = { status: number; body: any };

async function steer(method: string, path: string, body?: unknown): Promise<Steered> {
  const response = await fetch(`${control.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** As the daemon asks a server; the error code if there is no answer. */
function askServer(
  host: string,
  path: string,
  method = 'GET',
  body?: string,
): Promise<{ status: number | string; text: string }> {
  return new Promise((resolve) => {
    const identity = { cert: client.certificate, key: client.key };
    const asking = httpsRequest(
      { host, port: 8443, path, method, agent: false, rejectUnauthorized: false, ...identity },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asking.on('error', (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message, text: '' }));
    asking.end(body);
  });
}

test('servers are listed with address and the certificate they show', async () => {
  const [one, two] = fleet.servers();
  expect(await steer('GET', '/servers')).toEqual({
    status: 200,
    body: [
      {
        name: 'node1',
        address: `${NET}.11`,
        url: `https://${NET}.11:8443`,
        fingerprint: one?.incus.tls().fingerprint,
        status: 'running',
      },
      {
        name: 'node2',
        address: `${NET}.12`,
        url: `https://${NET}.12:8443`,
        fingerprint: two?.incus.tls().fingerprint,
        status: 'running',
      },
    ],
  });
});

test('the log has what each server was asked, until it is emptied', async () => {
  await steer('DELETE', '/requests');
  await askServer(`${NET}.11`, '/os/1.0/services/lvm?x=1', 'PUT', '{"config":{"enabled":true}}');
  await askServer(`${NET}.12`, '/os/1.0');
  const { body } = await steer('GET', '/requests?server=node1');
  expect(body).toEqual([
    {
      seq: expect.any(Number),
      time: expect.stringMatching(/Z$/),
      server: 'node1',
      method: 'PUT',
      path: '/os/1.0/services/lvm',
      query: 'x=1',
      body: { config: { enabled: true } },
      status: 200,
    },
  ]);
  expect((await steer('GET', '/requests')).body).toHaveLength(2);
  await steer('DELETE', '/requests');
  expect((await steer('GET', '/requests')).body).toEqual([]);
});

test('/os is for trusted clients, its bodies end at 1 MiB, and it redirects to /os/', async () => {
  expect(await askServer(`${NET}.11`, '/os')).toMatchObject({ status: 301 });
  expect((await askServer(`${NET}.11`, '/os/')).text).toContain('"metadata":["/os/1.0"]');
  const { certificate, key } = client;
  client = await makeCertificate({ commonName: 'stranger' });
  expect(await askServer(`${NET}.11`, '/os/1.0')).toMatchObject({
    status: 403,
    text: expect.stringContaining('not authorized'),
  });
  client = { certificate, key };
  const large = await askServer(`${NET}.11`, '/os/1.0/applications/incus/:restore', 'POST', 'x'.repeat(2 ** 20 + 1));
  expect(large).toEqual({ status: 502, text: '' });
});

test('faults are set and cleared while it runs', async () => {
  expect((await steer('PUT', '/faults/refuses-connections@node1')).status).toBe(200);
  expect((await askServer(`${NET}.11`, '/')).status).toBe('ECONNREFUSED');
  expect((await steer('GET', '/faults')).body).toMatchObject({
    active: [{ name: 'refuses-connections', server: 'node1' }],
  });
  expect((await steer('DELETE', '/faults/refuses-connections@node1')).status).toBe(200);
  await expect.poll(async () => (await askServer(`${NET}.11`, '/')).status).toBe(200);
  expect(await steer('DELETE', '/faults/refuses-connections@node1')).toEqual({
    status: 404,
    body: { error: 'refuses-connections@node1 is not set' },
  });
});

test('power: killed, started', async () => {
  expect((await steer('POST', '/servers/node2/:kill')).body).toMatchObject({ name: 'node2', status: 'off' });
  expect((await askServer(`${NET}.12`, '/')).status).toBe('ECONNREFUSED');
  await steer('POST', '/servers/node2/:start');
  await expect.poll(async () => (await askServer(`${NET}.12`, '/')).status).toBe(200);
});

test('servers are added', async () => {
  const { status, body } = await steer('POST', '/servers', { count: 2 });
  expect([status, body]).toEqual([
    201,
    [expect.objectContaining({ name: 'node3' }), expect.objectContaining({ name: 'node4', address: `${NET}.14` })],
  ]);
  expect((await askServer(`${NET}.14`, '/')).status).toBe(200);
});

test.each([
  [1_000, 'has no room'],
  [10_001, 'from 1 to 10000'],
  [1e15, 'from 1 to 10000'],
])('%d servers more than fit are refused at once, and none is made', async (count, reason) => {
  const before = fleet.servers().length;
  expect(await steer('POST', '/servers', { count })).toEqual({
    status: 400,
    body: { error: expect.stringContaining(reason) },
  });
  expect(fleet.servers()).toHaveLength(before);
});

test.each([
  ['GET', '/', 404],
  ['POST', '/servers', 400],
  ['POST', '/servers/nobody/:kill', 404],
  ['POST', '/servers/node1/:dance', 404],
  ['PUT', '/faults/dance@node1', 404],
  ['PUT', '/faults/slow@nobody', 404],
  ['PATCH', '/requests', 405],
  ['POST', '/servers/node1/truth', 405],
  ['GET', '/servers/node1/truth?kind=cat', 400],
  ['GET', '/servers/nobody/truth', 404],
  ['POST', '/servers/node1/:grow', 400],
  ['DELETE', '/churn', 405],
  ['POST', '/churn/:step', 400],
  ['POST', '/churn/:dance', 404],
])('%s %s is %i, with a reason', async (method, path, status) => {
  expect(await steer(method, path)).toEqual({ status, body: { error: expect.stringMatching(/\w/) } });
});

test('a server is filled, changed in steps, and tells the truth', async () => {
  const grow = (body: unknown) => steer('POST', '/servers/node1/:grow', body);
  expect(await grow({ instances_per_server: 10 })).toEqual({
    status: 409,
    body: { error: 'cannot grow: there is no storage pool that instances could be on: create one first' },
  });
  await askServer(`${NET}.11`, '/1.0/storage-pools', 'POST', '{"name":"local","driver":"dir"}');
  expect((await grow({ instances_per_server: 1e9 })).body).toEqual({
    error: 'instances_per_server: a whole number from 0 to 10000 is expected',
  });
  expect((await grow({ instances_per_server: 10, projects: 1 })).status).toBe(200);
  const truth = async () => (await steer('GET', '/servers/node1/truth?kind=instance')).body;
  const before = await truth();
  expect(before).toHaveLength(10);
  expect(before[0]).toMatchObject({ kind: 'instance', object: { location: 'none', status: expect.any(String) } });
  // The clock of this fleet stands still: what waits for it is not waited for.
  expect((await steer('PUT', '/churn', { rate: 5, paused: true })).body).toMatchObject({ rate: 5, paused: true });
  const { body } = await steer('POST', '/churn/:step', { changes: 30 });
  expect(body.changes + body.refused).toBe(30);
  expect(await truth()).not.toEqual(before);
  expect((await steer('PUT', '/churn', { rate: -1 })).body.error).toContain('rate: a number');
});

test('a web page may not steer the fleet, and control listens on loopback only', async () => {
  const response = await fetch(`${control.url}/requests`, {
    method: 'DELETE',
    headers: { origin: 'https://evil.example' },
  });
  expect(response.status).toBe(403);
  expect(() => startControl(fleet, '0.0.0.0:0')).toThrow('write a loopback address');
});
