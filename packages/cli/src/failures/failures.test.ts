import { expect, test } from 'vitest';
import { type Replay, refusal, startReplayDaemon, sync } from '../testing/replay-daemon.ts';
import { runWords } from '../testing/run-words.ts';
import { excerpt } from './excerpt.ts';
import { renderFailure } from './failure.ts';

async function stderrOf(replay: Replay, ...words: string[]): Promise<string> {
  await using daemon = await startReplayDaemon(replay);
  const ran = await runWords(words, { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
  return ran.stderr;
}

test('a refusal is told in our words, with what to do and its code', async () => {
  const replay = () =>
    refusal(404, 'Failed to get token: Not found', {
      code: 'token_not_found',
      hint: 'List them.',
      details: { uuid: 'u1' },
    });
  expect(await stderrOf(replay, 'provisioning', 'token', 'show', 'u1')).toBe(
    `Error: there is no token "u1"\n${'List them.'.padEnd(70)}  (token_not_found)\n`,
  );
});

test('a daemon of OC sends no code: its own text is told, without the frame that says what was asked', async () => {
  const replay = () =>
    refusal(
      400,
      'Failed creating cluster: Failed to get server "x" by name: No server is ready: Operation not permitted',
    );
  expect(await stderrOf(replay, 'warning', 'show', 'u1')).toMatch(/^Error: .*No server is ready +\(status_400\)\n$/);
});

test('server, step and cause are told when the message does not say them', async () => {
  const details = { server: 'server3', step: 'join', cause: 'connection refused' };
  const told = await stderrOf(
    () => refusal(502, 'The cluster was not made', { code: 'x', details }),
    'warning',
    'list',
  );
  expect(told).toContain('\nserver:    server3\nstep:      join\ncause:     connection refused');
});

test('an answer that is none of the API is shown by its begin', async () => {
  const replay: Replay = () => ({ status: 502, body: '<html>Bad Gateway</html>' });
  const told = await stderrOf(replay, 'warning', 'list');
  expect(told).toContain('the answer is none of this API (HTTP status 502)');
  expect(told).toContain('<html>Bad Gateway</html>');
});

test.each([
  ['warning', 'list'],
  ['provisioning', 'token', 'add'],
  ['provisioning', 'cluster', 'add', 'c', 'https://10.0.0.1:8443', '-s', 'server1'],
])('a missing socket says which, why that one, and how to start the daemon: %s %s %s', async (...words) => {
  const ran = await runWords(words, {
    env: { OPERATIONS_CENTER_DIR: '/nonexistent', HOME: '/nonexistent' },
  });
  expect(ran.stderr).toContain('there is no socket /nonexistent/unix.socket');
  expect(ran.stderr).toContain('OPERATIONS_CENTER_DIR');
  expect(ran.stderr).toMatch(/\(socket_missing\)\n$/);
});

test('what the daemon does not announce is refused without being sent', async () => {
  const asked: string[] = [];
  const told = await stderrOf(
    ({ path }) => {
      asked.push(path);
      return sync({ api_extensions: [] });
    },
    'provisioning',
    'server',
    'adopt',
    'a-2',
    'a',
  );
  expect(told).toContain('(extension_missing)');
  expect(asked).toEqual(['/1.0']);
});

test('what stands in the way comes first, and the refusal last; what is well or ignored is left out', async () => {
  const finding = { servers: ['server2'], cause: null, remedy: null, ignorable: true, ignored: false };
  const findings = [
    { ...finding, check: 'reachable', verdict: 'blocking', seen: 'silent', cause: 'no route', remedy: 'plug it in' },
    { ...finding, check: 'free-space', verdict: 'blocking', seen: 'full', ignored: true },
    { ...finding, check: 'clock-skew', verdict: 'ok', seen: 'within 2 s' },
    { ...finding, check: 'services-known', verdict: 'blocking', servers: ['server3'], seen: 'no lvm' },
    'none',
  ];
  const told = await stderrOf(
    () => refusal(400, 'Server "server2" is offline', { code: 'cluster_server_not_usable', details: { findings } }),
    'provisioning',
    'cluster',
    'show',
    'wonderful',
  );
  expect(told.slice(0, told.indexOf('('))).toBe(`  ✗ reachable       server2: silent
                    No route.
                    → plug it in
  ✗ services-known  server3: no lvm

Error: server "server2" is offline                                      `);
});

test('an excerpt shows two lines before the place and marks the word', () => {
  const text = 'devices:\r\n  root:\r\n    path: /\r\n    pool: nowhere # here\r\n    type: disk\r\n';
  expect(excerpt({ text, line: 4, column: 11, note: 'no such pool' })).toBe(
    [
      '  2 │   root:',
      '  3 │     path: /',
      '  4 │     pool: nowhere # here',
      '    │           ^^^^^^^ no such pool',
    ].join('\n'),
  );
});

test('an excerpt never shows a secret', () => {
  const text = 'config:\n  oidc.client.secret: "hunter2"\n  password: hunter2\n  wrong\n';
  const pem = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\nwrong\n';
  expect(excerpt({ text, line: 4, column: 3, note: '' })).not.toContain('hunter2');
  expect(excerpt({ text: pem, line: 3, column: 1, note: '' })).not.toContain('MIGHAgEA');
});

test('the code stands at the end of the last line, whatever parts there are', () => {
  expect(renderFailure({ what: 'x', fix: '', code: 'c' })).toBe(`${'Error: x'.padEnd(70)}  (c)\n`);
  expect(renderFailure({ what: 'x', where: '  place', why: 'y', fix: 'z', code: 'c' })).toBe(
    `Error: x\n\n  place\n\ny\n${'z'.padEnd(70)}  (c)\n`,
  );
});
