import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { cliReference } from '../reference.ts';
import { operation, step } from '../testing/operations.ts';
import { type Replay, type ReplayDaemon, refusal, startReplayDaemon, sync } from '../testing/replay-daemon.ts';
import { runWords } from '../testing/run-words.ts';
import { makeTestFolder } from '../testing/test-folder.ts';

const run = (daemon: ReplayDaemon, words: readonly string[], stdin?: string) =>
  runWords(words, {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
    ...(stdin === undefined ? {} : { stdin }),
  });
const sent = (daemon: ReplayDaemon) =>
  daemon.received
    .filter((one) => one.method !== 'GET')
    .map(({ method, path, body }) => ({ method, path, body: body === '' ? undefined : (JSON.parse(body) as unknown) }));

test('a token is made with its lifetime; its UUID is told beside stdout', async () => {
  const replay: Replay = () => ({ ...sync(null, { location: '/1.0/provisioning/tokens/u1' }), status: 201 });
  await using daemon = await startReplayDaemon(replay);
  const before = Date.now();
  const ran = await run(daemon, ['provisioning', 'token', 'add', '--uses', '6', '--lifetime', '24h']);
  expect(ran).toEqual({ code: 0, stdout: '', stderr: 'Token u1\n' });
  const body = sent(daemon)[0]?.body as { uses_remaining: number; expire_at: string }; // as we just sent it
  expect(body.uses_remaining).toBe(6);
  expect(Math.abs(Date.parse(body.expire_at) - before - 86_400_000)).toBeLessThan(5000);
});

const server = {
  name: 'server 1',
  description: 'Fifth',
  channel: 'stable',
  properties: { rack: 'r0' },
  bmc_config: {},
};
const edit = ['provisioning', 'server', 'edit', 'server 1'];

test('edit changes what is written, keeps what is not, and ignores what only show prints', async () => {
  await using daemon = await startReplayDaemon(() => sync(server));
  const ran = await run(daemon, edit, 'name: server 1\ndescription: Sixth\nproperties:\n  rack: r1\n');
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  const body = { channel: 'stable', description: 'Sixth', properties: { rack: 'r1' }, bmc_config: {} };
  expect(sent(daemon)).toEqual([{ method: 'PUT', path: '/1.0/provisioning/servers/server%201', body }]);
});

test('a key that nobody knows is refused at its place, with the one that was probably meant', async () => {
  await using daemon = await startReplayDaemon(() => sync(server));
  const ran = await run(daemon, edit, 'channel: stable\ndescripton: Sixth\n');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('stdin:2:1: descripton: there is no such key');
  expect(ran.stderr).toContain('Did you mean "description"?');
  expect(sent(daemon)).toEqual([]);
});

test('a mistake in what is piped into edit is shown with its line, and nothing is sent', async () => {
  await using daemon = await startReplayDaemon(() => sync({}));
  const ran = await run(daemon, ['provisioning', 'server', 'edit', 's'], 'description: [1\n');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^Error: stdin:\d+:\d+: /);
  expect(daemon.received).toEqual([]);
});

test.each<[string[], string, string, unknown]>([
  [['provisioning', 'server', 'rename', 'a', 'b'], 'POST', '/1.0/provisioning/servers/a', { name: 'b' }],
  [['provisioning', 'server', 'remove', 'a'], 'DELETE', '/1.0/provisioning/servers/a', undefined],
  [['provisioning', 'server', 'resync', 'a'], 'POST', '/1.0/provisioning/servers/a/:resync', undefined],
  [['provisioning', 'cluster', 'rename', 'a', 'b'], 'POST', '/1.0/provisioning/clusters/a', { name: 'b' }],
  [['provisioning', 'cluster', 'remove', 'a'], 'DELETE', '/1.0/provisioning/clusters/a?mode=normal', undefined],
  [['provisioning', 'cluster', 'resync', 'a'], 'POST', '/1.0/provisioning/clusters/a/:resync-inventory', undefined],
  [['provisioning', 'token', 'remove', 'u'], 'DELETE', '/1.0/provisioning/tokens/u', undefined],
  [['warning', 'acknowledge', 'u'], 'PUT', '/1.0/warnings/u', { status: 'acknowledged' }],
])('%j prints nothing and sends one request', async (words, method, path, body) => {
  await using daemon = await startReplayDaemon(() => sync({}));
  expect(await run(daemon, words)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(sent(daemon)).toEqual([{ method, path, body }]);
});

test('trust is given by fingerprint or file, taken by its begin, and every other setting is sent back', async () => {
  const made = await makeCertificate({ commonName: 'me' });
  const file = join(makeTestFolder(), 'client.crt');
  writeFileSync(file, made.certificate);
  const known = 'ab'.repeat(32);
  const security = { oidc: { issuer: 'x' }, trusted_tls_client_cert_fingerprints: [known] };
  await using daemon = await startReplayDaemon(() => sync(security));
  expect((await run(daemon, ['system', 'trust', 'add', file])).code).toBe(0);
  expect((await run(daemon, ['system', 'trust', 'add', known.toUpperCase()])).code).toBe(0);
  expect((await run(daemon, ['system', 'trust', 'remove', known.slice(0, 12)])).code).toBe(0);
  expect(sent(daemon).map((one) => one.body)).toEqual([
    { ...security, trusted_tls_client_cert_fingerprints: [known, made.fingerprint] },
    { ...security, trusted_tls_client_cert_fingerprints: [] },
  ]);
  expect((await run(daemon, ['system', 'trust', 'remove', 'cd'.repeat(32)])).stderr).toContain(
    '(fingerprint_not_found)',
  );
});

test('columns of the inventory can be chosen as in OC, as far as they are plain fields', async () => {
  const item = { uuid: 'u', cluster: 'c', name: 'n', object: { expanded_config: { a: 1 }, status: 'Running' } };
  await using daemon = await startReplayDaemon(() => sync([item]));
  const list = ['inventory', 'instance', 'list', '-f', 'csv,header', '-c'];
  expect(
    (await run(daemon, [...list, '{{ .Name }},{{.Object.Status}},{{ .Object.ExpandedConfig.a }},{{ .Nope }}'])).stdout,
  ).toBe('Name,Object.Status,Object.ExpandedConfig.a,Nope\nn,Running,1,<no value>\n');
  const refused = await run(daemon, [...list, '{{ .Name | upper }}']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('"{{ .Name | upper }}" cannot be evaluated');
});

test('an operation is found by the first characters of its id, and shown with its steps and ways out', async () => {
  const one = operation(
    'needs_attention',
    [step('preflight succeeded'), step('join-member/server3 failed', { attempt: 2 })],
    {
      exits: ['retry', 'undo'],
      failure: {
        step: 'join-member',
        target: 'server3',
        code: 'join_failed',
        message: 'no answer',
        hint: null,
        details: {},
      },
    },
  );
  await using daemon = await startReplayDaemon(({ path }) => {
    if (path === '/1.0') return sync({ api_extensions: ['operations'] });
    return path.includes('recursion=1')
      ? sync({ error: [one] })
      : refusal(404, 'Not found', { code: 'operation_not_found' });
  });
  const { code, stdout } = await run(daemon, ['operation', 'show', '3f9c1e']);
  expect(code).toBe(0);
  expect(stdout).toContain('Status: needs attention\n');
  expect(stdout).toContain('  ✓ preflight (0:03)\n  ✗ join-member/server3 (try 2, 0:03)\n');
  expect(stdout).toContain(`Ways Out:\n  operations-center operation retry ${one.id}\n`);
  expect((await run(daemon, ['operation', 'show', '4444'])).stderr).toContain('(operation_not_found)');
});

test('query prints what came, and the body it sent is untouched', async () => {
  await using daemon = await startReplayDaemon(() => refusal(400, 'no'));
  const ran = await run(daemon, ['query', '/provisioning/tokens?recursion=1', '-X', 'POST', '-d', '{"a": 1}']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(ran.stdout)).toMatchObject({ error: 'no', error_code: 400 });
  expect(daemon.received[0]).toMatchObject({
    path: '/1.0/provisioning/tokens?recursion=1',
    method: 'POST',
    body: '{"a": 1}',
  });
});

test('the reference names every command that there is', () => {
  const page = cliReference();
  expect(page).toContain('## provisioning cluster add\n');
  expect(page).toContain('## inventory storage-volume list\n');
  expect(page).toContain('`-s, --server-names <names>`');
});
