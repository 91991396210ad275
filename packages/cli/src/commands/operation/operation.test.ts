import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operation, step } from '../../testing/operations.ts';
import { type Replay, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const id = '3f9c1e00-0000-4000-8000-000000000000';
const extensions = sync({ api_extensions: ['operations', 'operation_journal'] });
const stuck = operation('needs_attention', [step('join-member/server3 failed')], {
  exits: ['retry', 'undo'],
  ways_out: [
    { exit: 'retry', does: 'tries "Let server3 join" again and goes on from there', loses: false },
    { exit: 'undo', does: 'takes back what was done, the last step first', loses: true },
  ],
});

/** A daemon with one operation, which is as `after` once something was posted. */
const replay =
  (before: typeof stuck, after = before): Replay =>
  ({ method, path }) => {
    if (path === '/1.0') return extensions;
    if (method === 'POST') isPosted = true;
    return sync(isPosted ? after : before);
  };
let isPosted = false;

async function run(words: string[], given: Parameters<typeof runWords>[1] & { replay: Replay }) {
  isPosted = false;
  await using daemon = await startReplayDaemon(given.replay);
  const ran = await runWords(['operation', ...words], { ...given, env: { OPERATIONS_CENTER_DIR: daemon.folder } });
  const posted = daemon.received.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));
  return { ...ran, posted, asked: daemon.received.map(({ path }) => path) };
}

test('a way out that gives something up is asked for on a terminal, and elsewhere needs --yes', async () => {
  const undone = operation('undone', [step('join-member/server3 undone')]);
  const given = { replay: replay(stuck, undone) };
  const refused = await run(['undo', id], { ...given, columns: 100, person: true, stdin: 'n\n' });
  expect(refused).toMatchObject({ code: 1, posted: [] });
  expect(refused.stderr).toContain('undo takes back what was done, the last step first');
  expect(refused.stderr).toMatch(/Go on with undo\? \[y\/N\][^]*Nothing was done\.\n$/);
  expect(await run(['undo', id], { ...given, columns: 100, person: true, stdin: 'y\n' })).toMatchObject({
    code: 0,
    posted: [':undo'],
  });
  expect(await run(['undo', id, '--yes'], { ...given, columns: 100, person: true })).toMatchObject({
    code: 0,
    posted: [':undo'],
  });
  const silent = await run(['undo', id], given);
  expect(silent).toMatchObject({ code: 1, stdout: '', posted: [] });
  expect(silent.stderr).toContain('not confirmed, nothing was done: undo takes back what was done');
  expect(silent.stderr).toMatch(/with --yes if it is meant\. +\(not_confirmed\)\n$/);
  expect(await run(['undo', id, '--yes'], given)).toMatchObject({ code: 0, posted: [':undo'] });
  expect(await run(['retry', id], given)).toMatchObject({ posted: [':retry'] });
});

test('retry is well when it comes to the end of its direction', async () => {
  const back = operation('needs_attention', [], {
    direction: 'back',
    exits: ['retry'],
    ways_out: [{ exit: 'retry', does: 'tries again to take back "Let server3 join"', loses: false }],
  });
  const undone = operation('undone', [], { direction: 'back' });
  const wellBack = await run(['retry', id], { replay: replay(back, undone) });
  expect(wellBack).toMatchObject({ code: 0, posted: [':retry'] });
  expect(wellBack.stderr).toContain('retry tries again to take back "Let server3 join"');
  expect(await run(['retry', id], { replay: replay(stuck, undone) })).toMatchObject({ code: 1 });
});

test('finish is sent only to a daemon that knows it, and is well when it gets there', async () => {
  const refused = await run(['finish', id], { replay: replay(stuck) });
  expect(refused).toMatchObject({ code: 1, posted: [] });
  expect(refused.stderr).toContain('the daemon does not know the way out "finish"');
  const finished = replay(stuck, operation('finished', []));
  const knows: Replay = (request) =>
    request.path === '/1.0' ? sync({ api_extensions: ['operations', 'operation_finish'] }) : finished(request);
  expect(await run(['finish', id], { replay: knows })).toMatchObject({ code: 0, posted: [':finish'] });
});

test('a factory reset is asked for on a terminal, must be meant elsewhere, and is waited for', async () => {
  const reset = operation('finished', [step('await-server-back succeeded')]);
  const because = [{ condition: 'provider', because: 'no updates are kept for it' }];
  const verdicts = [
    { name: 'server1', possible: false, because, reset: null },
    { name: 'server2', possible: true, because: [], reset: null },
  ];
  const given = {
    replay: (({ method, path }) => {
      if (path === '/1.0') return sync({ api_extensions: ['operations', 'operation_factory_reset'] });
      if (method === 'GET' && path.endsWith('/factory-reset')) return sync({ possible: false, servers: verdicts });
      return method === 'POST' || isPosted ? ((isPosted = true), sync(reset)) : sync(stuck);
    }) satisfies Replay,
  };
  const words = ['factory-reset', id, 'server2'];
  // What cannot be done is said before anybody is asked.
  for (const [server, told] of [
    ['server9', 'is not about a server "server9"\nIts servers: server1, server2.'],
    ['server1', 'provider: no updates are kept for it'],
  ] as const) {
    const refused = await run(['factory-reset', id, server], { ...given, columns: 100, person: true, stdin: 'y\n' });
    expect(refused).toMatchObject({ code: 1, posted: [] });
    expect(refused.stderr).toContain(told);
    expect(refused.stderr).not.toContain('Go on?');
  }
  const silent = await run(words, given);
  expect(silent).toMatchObject({ code: 1, posted: [] });
  expect(silent.stderr).toContain('(not_confirmed)');
  const no = await run(words, { ...given, columns: 100, person: true, stdin: 'n\n' });
  expect(no.posted).toEqual([]);
  expect(no.stderr).toContain('everything on the system disk of server2 is lost. Go on? [y/N]');
  const yes = await run([...words, '--yes'], given);
  expect(yes).toMatchObject({ code: 0, stdout: '', posted: ['factory-reset'] });
  expect(yes.stderr).toContain('server2 is back');
});

test('the list asks with what it was narrowed by, page after page', async () => {
  const page = (path: string) => {
    const cursor = new URL(path, 'http://unix').searchParams.get('cursor');
    if (path === '/1.0') return extensions;
    const more = { link: `</1.0/operations?recursion=1&cursor=two>; rel="next"` };
    return sync({ success: [{ ...stuck, id: cursor ?? 'one' }] }, cursor === null ? more : {});
  };
  const words = ['list', '--cluster', 'wonderful', '--status', 'needs_attention', '--since', '2026-11-22', '-f', 'csv'];
  const ran = await run(words, { replay: ({ path }) => page(path) });
  expect(ran.stdout.split('\n').map((line) => line.split(',')[0])).toEqual(['one', 'two', '']);
  const asked = new URL(ran.asked.at(-1) ?? '', 'http://unix').searchParams;
  expect(Object.fromEntries(asked)).toEqual({
    cluster: 'wonderful',
    status: 'needs_attention',
    since: '2026-11-22T00:00:00.000Z',
    recursion: '1',
    limit: '199',
    cursor: 'two',
  });
  const { code, stderr } = await run(['list', '--since', 'yesterday'], { replay: ({ path }) => page(path) });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Error: --since: "yesterday" is neither .*\nWrite a time as RFC 3339/);
});

test('an id may be shortened as far as it stays unique', async () => {
  const other = operation('finished', [], {});
  const list = [
    { ...other, id: '04e10000-0000-4000-8000-000000000000' },
    { ...other, id: '04f10000-0000-4000-8000-000000000000' },
  ];
  const given: Replay = ({ path }) => {
    if (path === '/1.0') return extensions;
    return path.startsWith('/1.0/operations?') ? sync({ success: list }) : refusal(404, 'Operation not found');
  };
  expect(await run(['show', '04e', '-f', 'json'], { replay: given })).toMatchObject({ code: 0, stderr: '' });
  expect((await run(['show', '04'], { replay: given })).stderr).toContain('2 operations begin with "04"');
  expect((await run(['show', '05'], { replay: given })).code).toBe(1);
});

test('the journal is printed line by line, with causes', async () => {
  const lines = [
    { seq: 1, at: '2026-11-22T21:00:00.123Z', step: 'join-member/server3', event: 'started', attempt: 1, text: '' },
    {
      seq: 2,
      at: '2026-11-22T21:00:03.000Z',
      step: 'join-member/server3',
      event: 'undo_failed',
      attempt: 2,
      text: 'no',
    },
  ];
  const given = {
    replay: (({ path }) => {
      if (path === '/1.0') return extensions;
      return path.includes('journal') ? sync(path.includes('after=0') ? lines : []) : sync(stuck);
    }) satisfies Replay,
  };
  const text =
    '2026-11-22T21:00:00Z join-member/server3 started\n2026-11-22T21:00:03Z join-member/server3 undo failed, try 2: no\n';
  expect(await run(['log', id], given)).toMatchObject({ code: 0, stdout: text });
  expect(await run(['log', id, '--follow'], given)).toMatchObject({ code: 0, stdout: text });
  expect(JSON.parse((await run(['log', id, '-f', 'json'], given)).stdout)).toEqual(lines);
});

test("a server's text moves no cursor and makes no lines", async () => {
  const evil = { ...stuck, description: 'a\u001b[2Jb\nc\u009b1m\u202e' };
  const shown = await run(['show', id], { replay: replay(evil) });
  expect(shown.stdout).toContain('Description: a\\x1b[2Jb\\nc\\u009b1m\\u202e\n');
  const all: Replay = ({ path }) => (path === '/1.0' ? extensions : sync({ error: [evil] }));
  for (const format of ['table', 'csv', 'json', 'yaml', 'compact']) {
    const { stdout } = await run(['list', '-f', format], { replay: all });
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u009b\u202e]/);
  }
  const { stdout } = await run(['list', '-f', 'json'], { replay: all });
  expect(JSON.parse(stdout)[0].description).toBe(evil.description);
});

test('waiting in vain ends with the time', async () => {
  const running = operation('running', [step('join-member/server3 running')]);
  const ran = await run(['wait', id, '--timeout', '50ms'], { replay: replay(running) });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('(timeout)');
});

test('a result that cannot be written is an error', () => {
  const full = openSync('/dev/full', 'w');
  const root = join(import.meta.dirname, '../../../../..');
  const ran = spawnSync(join(root, 'bin/node24'), [join(root, 'packages/cli/src/main.ts'), 'remote', 'list'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain('(output_failed)');
});

test('the help of the list names every kind of operation and every status, and any other is refused', async () => {
  const { stdout } = await run(['list', '--help'], { replay: () => extensions });
  expect(stdout).toMatch(/--workflow <name> +Only this kind \(create-cluster, apply-configuration, factory-reset\)\n/);
  expect(stdout).toMatch(/--status <value> +Only those with this status \(queued, running, .*, left\)\n/);
  const { code, stderr } = await run(['list', '--workflow', 'nosuch'], { replay: () => extensions });
  expect([code, stderr]).toEqual([1, expect.stringContaining('One of: create-cluster, apply-configuration')]);
});

test('show and wait tell why it turned back, and what keeps it from getting back', async () => {
  const failureOf = (step: string, target: string, message: string) => ({
    ...{ step, target, message, code: `${step}_failed`, hint: null, details: null },
  });
  const asking = operation('needs_attention', [step('join-member/server3 failed')], {
    direction: 'back',
    first_failure: failureOf('join-member', 'server3', 'connection refused'),
    failure: failureOf('restore', 'server2', 'no answer'),
  });
  const shown = await run(['show', id], { replay: replay(asking) });
  expect(shown.stdout).toContain(
    'Failure:\n  server3: join-member: connection refused (join-member_failed)\nAnd On The Way Back:\n  server2: restore: no answer (restore_failed)\n',
  );
  const waited = await run(['wait', id], { replay: replay(asking) });
  expect(waited.stderr).toContain(
    'server3, join: connection refused\nTaking it back failed: server2, restore: no answer.\n',
  );
});
