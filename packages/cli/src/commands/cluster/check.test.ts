import type { Finding, Preflight } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { type ReplayDaemon, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const finding = (check: string, verdict: Finding['verdict'], more: Partial<Finding> = {}): Finding => ({
  ...{ check, verdict, servers: [], seen: 'seen', cause: null, remedy: null, ignorable: true, ignored: false },
  ...more,
});
const problem = {
  servers: ['server3'],
  seen: '12 s behind server1',
  cause: 'joins tolerate 5 s',
  remedy: 'timedatectl',
};

function preflightOf(findings: Finding[]): Preflight {
  const count = (verdict: string) => findings.filter((one) => one.verdict === verdict).length;
  const ignored = findings.filter((one) => one.ignored).length;
  return {
    cluster: 'wonderful',
    checks: [
      { name: 'reachable', group: 'reachability', title: '' },
      { name: 'clock-skew', group: 'clocks', title: '' },
    ],
    findings,
    summary: {
      ...{ ok: count('ok'), warning: count('warning'), blocking: count('blocking'), skipped: count('skipped') },
      ...{ ignored, servers: 3, ms: 120 },
    },
    blocked: count('blocking') > ignored,
  };
}

const daemonWith = (preflight: Preflight, extensions = ['cluster_preflight']) =>
  startReplayDaemon(({ method, path }) => {
    if (path === '/1.0') return sync({ api_extensions: extensions });
    return method === 'POST' && path.endsWith('/:preflight') ? sync(preflight) : refusal(404, `unexpected ${path}`);
  });

const words = ['provisioning', 'cluster', 'check', 'wonderful', '-s', 'server1,server2,server3'];
const run = (daemon: ReplayDaemon, ...more: string[]) =>
  runWords([...words, ...more], { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });

test('a problem is told with what was seen, why it is one, and what to do; the exit code is 1', async () => {
  const skipped = finding('reachable', 'skipped', { cause: 'server2: GET /: connection refused' });
  await using daemon = await daemonWith(
    preflightOf([finding('reachable', 'ok'), skipped, finding('clock-skew', 'blocking', problem)]),
  );
  expect(await run(daemon)).toEqual({
    code: 1,
    stderr: '',
    stdout: `Checks for cluster "wonderful": 3 servers, 2 checks in 0.12 s

Clocks
  ✗ clock-skew  server3: 12 s behind server1
                Joins tolerate 5 s.
                → timedatectl

Not looked at
  – 1 check: server2: GET /: connection refused

0 ok, 1 blocking, 1 skipped. A creation would be refused.
Each check is explained in docs/generated/checks.md.
`,
  });
});

test('a check counts once, however many findings it has, so that the counts come to the number of checks', async () => {
  const of = (server: string, verdict: Finding['verdict']) =>
    finding('reachable', verdict, { ...problem, servers: [server] });
  await using daemon = await daemonWith(
    preflightOf([
      of('server1', 'warning'),
      of('server2', 'warning'),
      finding('clock-skew', 'ok'),
      finding('clock-skew', 'ok'),
    ]),
  );
  expect((await run(daemon)).stdout).toMatch(/, 2 checks in [^]*\n1 ok, 1 warning\. Nothing stands in the way\.\n/);
});

test('what is well is shown with --all, and the exit code is 0', async () => {
  await using daemon = await daemonWith(preflightOf([finding('reachable', 'ok', { seen: 'answers' })]));
  const quiet = await run(daemon);
  expect([quiet.code, quiet.stdout.includes('✓'), quiet.stdout.includes('Each check')]).toEqual([0, false, false]);
  expect((await run(daemon, '--all')).stdout).toContain('Reachability\n  ✓ reachable  answers\n');
});

test('what is ignored is marked, and stops nothing', async () => {
  await using daemon = await daemonWith(
    preflightOf([finding('clock-skew', 'blocking', { ...problem, ignored: true })]),
  );
  const ran = await run(daemon, '--ignore', 'clock-skew');
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('  ~ clock-skew  server3: 12 s behind')]);
  expect(ran.stdout).toContain('1 blocking (1 ignored). Nothing stands in the way.');
  const post = daemon.received.find(({ method }) => method === 'POST');
  expect(JSON.parse(post?.body ?? '')).toMatchObject({ name: 'wonderful', ignore: ['clock-skew'], connection_url: '' });
});

test.each(['json', 'yaml', 'csv', 'compact'])(
  '%s holds everything a program needs, and exits with 1 as well',
  async (format) => {
    await using daemon = await daemonWith(preflightOf([finding('clock-skew', 'blocking', problem)]));
    const ran = await run(daemon, '-f', format);
    expect(ran.code).toBe(1);
    for (const word of ['clock-skew', 'server3', 'timedatectl']) expect(ran.stdout).toContain(word);
  },
);

test('a daemon of OC is never sent what it would take for something else', async () => {
  await using daemon = await daemonWith(preflightOf([]), []);
  const ran = await run(daemon);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('(extension_missing)')]);
  expect(daemon.received.map(({ method }) => method)).not.toContain('POST');
});
