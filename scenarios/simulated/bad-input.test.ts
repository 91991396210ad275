import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mood, type OddServer, startOddServer } from '../lib/odd-server.ts';
import { awaitReady, listServers, makeToken, startWorld, until, type World } from '../lib/world.ts';

/** One world for all: server1 is a cluster, server2 and server3 are free, server4 is off, `odd` stands before server5. */
let world: World;
let odd: OddServer;
let key = '';
let before = '';

beforeAll(async () => {
  world = await startWorld({ servers: 5, daemon: ['--log-level', 'DEBUG'] });
  const { daemon, fleet } = world;
  const behind = fleet.servers[4];
  if (behind === undefined) throw new Error('no fifth server');
  odd = await startOddServer(daemon, behind, { name: 'odd', token: await makeToken(daemon, 1) });
  const made = await daemon.cli('provisioning', 'cluster', 'add', 'taken', 'https://10.0.0.1:8443', '-s', 'server1');
  expect(made.exit).toBe(0);
  await fleet.press('server4', 'power-off');
  await awaitReady(daemon, ['server2', 'server3', 'odd']);
  await until('server4 to be off', async () => (await statusOf('server4')) === 'offline');
  ({ key } = await makeCertificate({ commonName: 'secret', usage: 'client' }));
  before = await picture();
});
afterAll(async () => {
  await odd?.stop();
  await world?.stop();
});

const statusOf = async (name: string): Promise<string | undefined> =>
  (await listServers(world.daemon)).find((server) => server.name === name)?.server_status;

/** Everything that a refused request must not have changed. */
async function picture(): Promise<string> {
  const clusters = await world.daemon.client('clusters_list', { query: {} });
  const operations = await world.daemon.client('operations_list', { query: {} });
  const servers = (await listServers(world.daemon)).map(({ name, cluster }) => [name, cluster]);
  return JSON.stringify([clusters, operations, servers.sort()]);
}

type Refusal = { status: number; code: string; error: string; text: string };

const clusters = '/1.0/provisioning/clusters';

async function send(
  body: string,
  ask: { method?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Refusal> {
  const { method = 'POST', path = clusters, headers = {} } = ask;
  return read(await world.daemon.send({ method, path, headers, body, signal: undefined }));
}

function read({ status, text }: { status: number; text: string }): Refusal {
  const parsed = JSON.parse(text) as { code: string; error: string; error_code: number; type: string };
  expect(parsed).toMatchObject({ type: 'error', error_code: status });
  return { status, code: parsed.code, error: parsed.error, text };
}

/** Refused as told, and nothing else has happened. */
async function expectRefused(refusal: Refusal, status: number, code: string): Promise<void> {
  expect([refusal.status, refusal.code]).toEqual([status, code]);
  expect(refusal.error.length).toBeGreaterThan(5);
  expect(refusal.text.length).toBeLessThan(32_000);
  expect(refusal.text).not.toMatch(/\\n\s+at |node_modules|\.m?[jt]s:\d/);
  expect(refusal.text).not.toContain(world.directory);
  expect(await picture()).toBe(before);
}

const wanted = (changes: Record<string, unknown>): string =>
  JSON.stringify({
    name: 'fresh',
    connection_url: 'https://10.0.0.9:8443',
    server_names: ['server2'],
    server_type: 'incus',
    services_config: {},
    application_seed_config: {},
    ...changes,
  });
const withCertificate = (certificate: string) =>
  wanted({ application_seed_config: { certificates: [{ name: 'x', type: 'client', certificate }] } });

type Row = [what: string, status: number, code: string, body: () => string];

const bodies: Row[] = [
  ['no body', 400, 'body_invalid', () => ''],
  ['a body that is cut off', 400, 'body_invalid', () => wanted({}).slice(0, -5)],
  ['null', 400, 'body_invalid', () => 'null'],
  ['trailing garbage', 400, 'body_invalid', () => `${wanted({})} x`],
  ['a list', 400, 'body_invalid', () => '[]'],
  ['a text', 400, 'body_invalid', () => '"fresh"'],
  ['HTML', 400, 'body_invalid', () => '<html></html>'],
  ['a name that is a number', 400, 'body_invalid', () => wanted({ name: 7 })],
  ['server names that are a text', 400, 'body_invalid', () => wanted({ server_names: 'server2' })],
  ['a server name that is a number', 400, 'body_invalid', () => wanted({ server_names: [7] })],
  ['services that are a list', 400, 'body_invalid', () => wanted({ services_config: [] })],
  ['an application that is a text', 400, 'body_invalid', () => wanted({ application_seed_config: 'x' })],
  ['properties of maps', 400, 'body_invalid', () => wanted({ properties: { a: {} } })],
  ['a server type that is none', 400, 'body_invalid', () => wanted({ server_type: 'toaster' })],
  ['deep nesting', 400, 'body_invalid', () => `{"services_config":${'['.repeat(400_000)}`],
  ['deep nesting that is closed', 400, 'body_invalid', () => wanted({ services_config: JSON.parse(deep(500)) })],
];
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const names: Row[] = ['', '.', '..', 'a/b', 'a\u0000b', 'a\nb', '../../etc', 'x'.repeat(10_240)].map((name) => [
  `the name ${JSON.stringify(name).slice(0, 20)}`,
  400,
  'name_invalid',
  () => wanted({ name }),
]);

const values: Row[] = [
  ['a name that is taken', 400, 'cluster_exists', () => wanted({ name: 'taken' })],
  ['no servers', 400, 'cluster_invalid', () => wanted({ server_names: [] })],
  ['an empty server name', 400, 'cluster_invalid', () => wanted({ server_names: [''] })],
  ['no server type', 400, 'cluster_invalid', () => wanted({ server_type: '' })],
  ['an URL that is none', 400, 'cluster_invalid', () => wanted({ connection_url: 'ht tp://[' })],
  ['an unknown server', 404, 'server_not_found', () => wanted({ server_names: ['server2', 'nobody'] })],
  [
    'a server named twice',
    400,
    'cluster_server_repeated',
    () => wanted({ server_names: ['server2', 'server3', 'server2'] }),
  ],
  [
    'a server that is in a cluster',
    400,
    'cluster_server_taken',
    () => wanted({ server_names: ['server2', 'server1'] }),
  ],
  ['a server that is off', 400, 'cluster_server_not_ready', () => wanted({ server_names: ['server2', 'server4'] })],
  ['another channel', 400, 'cluster_server_unsuitable', () => wanted({ channel: 'nightly' })],
  ['another type', 400, 'cluster_server_unsuitable', () => wanted({ server_type: 'migration-manager' })],
  ['a service that is no object', 400, 'services_config_invalid', () => wanted({ services_config: { lvm: 7 } })],
  [
    'lvm whose enabled is a text',
    400,
    'services_config_invalid',
    () => wanted({ services_config: { lvm: { enabled: 'yes' } } }),
  ],
  ['an unknown service', 400, 'service_unknown', () => wanted({ services_config: { lvmm: { enabled: true } } })],
  [
    'a section of the application that is a text',
    400,
    'application_config_invalid',
    () => wanted({ application_seed_config: { storage_pools: 'local' } }),
  ],
  ['a certificate that is no PEM', 400, 'application_config_invalid', () => withCertificate('...')],
  [
    'a certificate whose PEM holds nothing',
    400,
    'application_config_invalid',
    () => withCertificate('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
  ],
];

describe('over the socket', () => {
  test.each([...bodies, ...names, ...values])('%s: %i %s', async (_what, status, code, body) => {
    await expectRefused(await send(body()), status, code);
  });

  test.each([':plan', ':preflight'])('a misspelt field: refused by %s, with what was meant', async (verb) => {
    const refused = await send(wanted({ aplication_seed_config: {} }), { path: `${clusters}/${verb}` });
    await expectRefused(refused, 400, 'field_unknown');
    expect(refused.error).toContain('"aplication_seed_config" (did you mean "application_seed_config"?)');
  });

  test('a body of 5 MiB: refused by its length alone, before it is sent', async () => {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = httpRequest({
        socketPath: join(world.daemon.directory, 'unix.socket'),
        method: 'POST',
        path: clusters,
        headers: { 'content-length': 5 * 1024 * 1024 },
      });
      asked.once('error', reject);
      asked.once('response', (reply) => {
        let text = '';
        reply.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
        });
        reply.once('end', () => resolve({ status: reply.statusCode ?? 0, text }));
      });
      asked.flushHeaders();
    });
    await expectRefused(read(answer), 413, 'body_too_large');
  });

  test('a name that is no name in the path', async () => {
    const ask = { method: 'GET', headers: {} };
    await expectRefused(
      await send('', { ...ask, path: `${clusters}/${'x'.repeat(10_240)}` }),
      404,
      'cluster_not_found',
    );
    await expectRefused(await send('', { ...ask, path: `${clusters}/a%00b` }), 404, 'cluster_not_found');
    await expectRefused(await send('', { ...ask, path: `${clusters}/a%2Fb` }), 404, 'cluster_not_found');
    await expectRefused(await send('', { ...ask, path: `${clusters}/%zz` }), 400, 'name_invalid');
  });
});

test('a private key where a certificate should be: refused, named by its place, and written nowhere', async () => {
  const asText = JSON.stringify(key);
  await expectRefused(await send(withCertificate(key)), 400, 'application_config_invalid');
  await expectRefused(
    await send(wanted({ application_seed_config: { config: { 'user.x': key } } })),
    400,
    'application_config_invalid',
  );
  await expectRefused(
    await send(wanted({ services_config: { lvm: { enabled: key } } })),
    400,
    'services_config_invalid',
  );
  await expectRefused(await send(`{"name": ${asText} ${asText}}`), 400, 'body_invalid');
  const file = join(world.directory, 'key.yaml');
  const indented = key.trim().replaceAll('\n', '\n      ');
  writeFileSync(file, `certificates:\n  - name: x\n    type: client\n    certificate: |\n      ${indented}\n`);
  const told = await cli('-s', 'server2', '-a', file);
  expect(told.exit).toBe(1);
  expect(told.stderr).toContain(`${file}:4:`);
  // The first line is the same in all keys of this kind.
  const secret = key.split('\n')[2]?.slice(0, 16) ?? '';
  expect(secret).toHaveLength(16);
  expect(told.stderr).not.toContain(secret);
  expect(filesThatHold(secret)).toEqual([]);
});

/** Log, databases and whatever else the daemon keeps. */
function filesThatHold(secret: string): string[] {
  const { directory, log } = world.daemon;
  const kept = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [log, ...kept].filter((path) => readFileSync(path).includes(secret));
}

const cli = (...rest: string[]) =>
  world.daemon.cli('provisioning', 'cluster', 'add', 'fresh', 'https://10.0.0.9:8443', ...rest);

test.each([
  ['services', '-c', 'lvm:\n  enabled: true\n nvme: [\n', ':3:'],
  ['services', '-c', 'lvm: 7\n', ':1:6'],
  ['services', '-c', 'lvm:\n  enabled: true\nlvmm:\n  enabled: true\n', ':3:1'],
  ['application', '-a', 'config:\n  user.ui.title: a\n\tb: c\n', ':3:'],
  ['application', '-a', 'certificates:\n  - name: x\n    type: client\n    certificate: "..."\n', ':4:18'],
])('a mistake in the %s file is shown with its place: %s %j', async (name, option, text, place) => {
  const file = join(world.directory, `${name}.yaml`);
  writeFileSync(file, text);
  const told = await cli('-s', 'server2', option, file);
  expect(told.exit).toBe(1);
  expect(told.stderr).toContain(`${file}${place}`);
  expect(told.stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(await picture()).toBe(before);
});

describe('over TLS', () => {
  const post = async (identity: { cert?: string; key?: string }, headers: Record<string, string> = {}) => {
    const agent = new Agent({ connect: { ...identity, rejectUnauthorized: false } });
    try {
      const options = { dispatcher: agent, method: 'POST', body: wanted({}), headers } as const;
      const { statusCode, body } = await request(`${world.daemon.url}${clusters}`, options);
      return read({ status: statusCode, text: await body.text() });
    } finally {
      await agent.close();
    }
  };
  const trusted = () => ({
    cert: readFileSync(join(world.daemon.directory, 'client.crt'), 'utf8'),
    key: readFileSync(join(world.daemon.directory, 'client.key'), 'utf8'),
  });

  test('a client without a certificate', async () => expectRefused(await post({}), 401, 'not_authenticated'));

  test('a client whose certificate nobody knows', async () => {
    const { certificate, key: own } = await makeCertificate({ commonName: 'stranger', usage: 'client' });
    await expectRefused(await post({ cert: certificate, key: own }), 401, 'not_authenticated');
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('a browser that says that another site asked: %j', async (headers) =>
    expectRefused(await post(trusted(), headers), 403, 'cross_site_request'),
  );
});

describe('a server that answers', () => {
  const moods: Mood[] = ['garbage', 'no-http', 'html', 'other-json', 'endless', 'nothing', 'hangs-up'];

  /** A poll may have seen the last mood: back to a server that is ready. */
  async function recover(): Promise<void> {
    odd.behave('well');
    await send('', { path: '/1.0/provisioning/servers/odd/:resync' }).catch(() => undefined);
    await awaitReady(world.daemon, ['odd']);
  }

  test.each(moods)('%s', async (mood) => {
    await recover();
    odd.behave(mood);
    const started = performance.now();
    const refusal = await send(wanted({ server_names: ['server2', 'odd'] }));
    expect(refusal.error).toContain('"odd"');
    await expectRefused(refusal, 502, 'cluster_server_unreachable');
    expect(performance.now() - started).toBeLessThan(16_000);
    const asked = await send('', { path: '/1.0/provisioning/servers/odd/:resync' });
    await expectRefused(asked, 502, 'server_poll_failed');
  });
});

test('the daemon is alive, and does what it is asked well', async () => {
  expect(await picture()).toBe(before);
  const made = await cli('-s', 'server2');
  expect(made).toMatchObject({ exit: 0, stdout: '' });
});
