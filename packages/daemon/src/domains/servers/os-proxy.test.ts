import { expect, test } from 'vitest';
import { type Answering, answerJson, startTestServer, testCertificate } from '../../fleet/test-server.ts';
import { registration, startWorld, type World } from './test-world.ts';

const path = '/1.0/provisioning/servers/server1/os';

/** A world with one registered server that answers as told, and nobody who polls it. */
async function startProxied(answer: Answering = (_seen, response) => answerJson(response, 200, { type: 'sync' })) {
  const world = await startWorld({ polling: false });
  const certificate = await testCertificate('server1');
  const server = await startTestServer(certificate, answer);
  const token = await world.makeToken(1);
  const body = registration('server1', { url: server.endpoint.url });
  await world.ask('POST', `/1.0/provisioning/servers?token=${token}`, certificate, body);
  return {
    world,
    server,
    ask: (...words: Parameters<World['ask']>) => world.ask(...words),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('method, path, query, body and what describes them arrive; status, body and headers come back', async () => {
  await using proxied = await startProxied((_seen, response) =>
    answerJson(response, 418, { odd: true }, { etag: '"tag"', location: '/x', 'x-own': 'no', 'set-cookie': 'no=1' }),
  );
  const { world, server } = proxied;
  const headers = { 'if-match': '"old"', authorization: 'Bearer x', 'x-incusos-proxy': '/elsewhere' };
  const reply = await world.ask('PUT', `${path}/1.0/services/lvm?a=1&b=%20`, world.admin, { config: {} }, headers);
  expect(reply).toMatchObject({ status: 418, body: { odd: true }, headers: { etag: '"tag"', location: '/x' } });
  expect(reply.headers).not.toHaveProperty('x-own');
  expect(reply.headers).not.toHaveProperty('set-cookie');
  const [seen] = server.seen;
  expect(seen).toMatchObject({ method: 'PUT', url: '/os/1.0/services/lvm?a=1&b=%20', body: '{"config":{}}' });
  expect(seen?.headers).toMatchObject({ 'if-match': '"old"', 'content-type': 'application/json' });
  // The URLs of its answers begin with this and lead back here.
  expect(seen?.headers['x-incusos-proxy']).toBe(path);
  expect(seen?.headers).not.toHaveProperty('authorization');
  expect(seen?.clientFingerprint).toBe(world.client.fingerprint);
});

test('a page that a server answers is no page of ours: a browser runs nothing of it', async () => {
  await using proxied = await startProxied((_seen, response) =>
    answerJson(response, 200, '<script>', { 'content-type': 'text/html', 'content-security-policy': '*' }),
  );
  const { headers } = await proxied.ask('GET', `${path}/1.0`, proxied.world.admin);
  expect(headers).toMatchObject({
    'content-type': 'text/html',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  ['GET', '', '/os/'],
  ['GET', '/', '/os/'],
  ['DELETE', '/1.0/x', '/os/1.0/x'],
  ['PATCH', '/1.0/x', '/os/1.0/x'],
  ['POST', '/1.0/system/:reboot', '/os/1.0/system/:reboot'],
])('%s …/os%s reaches %s', async (method, below, url) => {
  await using proxied = await startProxied();
  expect(await proxied.ask(method, path + below, proxied.world.admin)).toMatchObject({ status: 200 });
  expect(proxied.server.seen).toMatchObject([{ method, url }]);
});

test.each([
  '/1.0/%2e%2e/%2e%2e/1.0/certificates',
  '/1.0/services/..%2f..%2f..%2f1.0',
  '/1.0/services/%252e%252e',
  '/1.0/services/a%5cb',
  '/1.0/services/a%00b',
  '/1.0/services/%zz',
  '/1.0/services?target=server2',
  '/1.0/services?x=1&%74arget=server2',
])('%s is refused and nothing is sent', async (below) => {
  await using proxied = await startProxied();
  const reply = await proxied.world.askLocally('GET', path + below);
  expect(reply).toMatchObject({ status: 400, body: { type: 'error', error_code: 400 } });
  expect(proxied.server.seen).toEqual([]);
});

test('an unclean path is redirected as everywhere, and a name with an escape is one name', async () => {
  await using proxied = await startProxied();
  const { world, server } = proxied;
  const name = encodeURIComponent('näme 1');
  expect(await world.ask('POST', '/1.0/provisioning/servers/server1', world.admin, { name: 'näme 1' })).toMatchObject({
    status: 201,
  });
  expect(await world.ask('GET', `/1.0/provisioning/servers/${name}/os/1.0`, world.admin)).toMatchObject({
    status: 200,
  });
  expect(server.seen[0]).toMatchObject({ url: '/os/1.0' });
  expect(server.seen[0]?.headers['x-incusos-proxy']).toBe(`/1.0/provisioning/servers/${name}/os`);
});

test('who is not known, asks from another site or sends too much is refused before anything is sent', async () => {
  await using proxied = await startProxied();
  const { world, server, ask } = proxied;
  expect(await ask('GET', `${path}/1.0`, world.client)).toMatchObject({ status: 401 });
  expect(await ask('POST', `${path}/1.0`, world.admin, {}, { 'sec-fetch-site': 'cross-site' })).toMatchObject({
    status: 403,
  });
  expect(await ask('POST', `${path}/1.0`, world.admin, 'x'.repeat(1024 * 1024))).toMatchObject({
    status: 413,
    body: { code: 'body_too_large' },
  });
  expect(server.seen).toEqual([]);
});

test('a server that is unknown, only expected, or shows another certificate', async () => {
  await using proxied = await startProxied();
  const { world, server, ask } = proxied;
  expect(await ask('GET', '/1.0/provisioning/servers/none/os/1.0', world.admin)).toMatchObject({
    status: 404,
    body: { code: 'server_not_found' },
  });
  const expected = { ...registration('later'), channel: 'stable', connection_url: '' };
  await ask('POST', '/1.0/provisioning/servers', world.admin, expected);
  expect(await ask('GET', '/1.0/provisioning/servers/later/os/1.0', world.admin)).toMatchObject({
    status: 400,
    body: { code: 'server_not_registered' },
  });
  server.show(await testCertificate('stranger'));
  expect(await ask('GET', `${path}/1.0`, world.admin)).toMatchObject({
    status: 502,
    body: { code: 'server_os_failed', details: { server: 'server1' } },
  });
  expect(server.seen).toEqual([]);
});

test('a client that goes away ends the call to the server', async () => {
  let closed = false;
  await using proxied = await startProxied((_seen, response) => {
    response.on('close', () => {
      closed = true;
    });
  });
  const { world, server } = proxied;
  const leave = new AbortController();
  const asked = world.ask('GET', `${path}/1.0`, world.admin, undefined, {}, leave.signal).catch(() => 'left');
  await expect.poll(() => server.seen.length).toBe(1);
  leave.abort();
  expect(await asked).toBe('left');
  await expect.poll(() => closed).toBe(true);
});
