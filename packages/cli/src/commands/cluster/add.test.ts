import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operation, step } from '../../testing/operations.ts';
import { clusterPlan } from '../../testing/plans.ts';
import { type Replay, type ReplayDaemon, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { findOddConnectionUrl } from './connection-url.ts';

const id = '3f9c1e00-0000-4000-8000-000000000000';
const words = [
  'provisioning',
  'cluster',
  'add',
  'wonderful',
  'https://10.0.0.11:8443',
  '-s',
  'server1,server2',
  '-s',
  'server3',
];
const run = (daemon: ReplayDaemon, more: readonly string[] = []) =>
  runWords([...words, ...more], { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });

function written(name: string, text: string): string {
  const path = join(makeTestFolder(), name);
  writeFileSync(path, text);
  return path;
}

const accepted = {
  status: 202,
  body: {
    type: 'async',
    status: 'Operation created',
    status_code: 100,
    operation: `/1.0/operations/${id}`,
    error_code: 0,
    error: '',
    metadata: {},
  },
};
const running = operation('running', [step('preflight running'), step('join-member/server3 pending')]);
const failure = {
  step: 'join-member',
  target: 'server3',
  code: 'join_failed',
  message: 'connection refused',
  hint: 'Look at the log of Incus on server3.',
  details: {},
};

/** Answers creation and then, look by look, these operations; the last one stays. */
function replayCreation(looks: readonly ReturnType<typeof operation>[], extensions = ['operations']): Replay {
  let next = 0;
  return ({ method, path }) => {
    if (path === '/1.0') return sync({ api_extensions: extensions });
    if (method === 'POST') return accepted;
    if (path === `/1.0/operations/${id}`) return sync(looks[Math.min(next++, looks.length - 1)]);
    return refusal(404, `unexpected ${path}`);
  };
}

test('a creation is asked for at once and followed to its end; stdout stays as empty as in OC', async () => {
  const done = operation('finished', [step('preflight succeeded'), step('join-member/server3 succeeded')]);
  await using daemon = await startReplayDaemon(replayCreation([running, done]));
  const services = written('services.yaml', '---\nlvm:\n  enabled: true\n');
  const application = written('application.json', '{"config": {"user.big": 12345678901234567890}}');
  const ran = await run(daemon, ['-c', services, '-a', application, '--channel', 'daily']);
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: '' });
  expect(ran.stderr.trim().split('\n').at(-1)).toBe('2026-11-22T21:00:21Z finished after 0:21');
  const post = daemon.received.find((one) => one.method === 'POST');
  expect(post?.headers['prefer']).toBe('respond-async');
  expect(post?.body).toContain('"user.big":"12345678901234567890"');
  expect(JSON.parse(post?.body ?? '')).toMatchObject({
    name: 'wonderful',
    connection_url: 'https://10.0.0.11:8443',
    channel: 'daily',
    server_names: ['server1', 'server2', 'server3'],
    server_type: 'incus',
    services_config: { lvm: { enabled: true } },
  });
});

test('a failure names server, step, cause, what became of it and what to do', async () => {
  const undone = operation('undone', [step('join-member/server2 undone'), step('join-member/server3 failed')], {
    failure,
  });
  await using daemon = await startReplayDaemon(replayCreation([undone]));
  const ran = await run(daemon, ['--quiet']);
  expect(ran).toEqual({
    code: 1,
    stdout: '',
    stderr: `Error: could not create cluster "wonderful" from 3 servers: server3, join: connection refused
Everything was taken back: the servers are as they were.
Look at the log of Incus on server3.
More: operations-center operation show ${id}  (join_failed)
`,
  });
});

test('one that waits for a person lists the ways out as commands', async () => {
  const stuck = operation('needs_attention', [step('join-member/server3 failed')], {
    failure,
    exits: ['retry', 'undo'],
  });
  await using daemon = await startReplayDaemon(replayCreation([stuck]));
  const ran = await run(daemon, ['-q']);
  expect(ran.stderr).toContain(
    `The ways out:\n  operations-center operation retry ${id}\n  operations-center operation undo ${id}\n`,
  );
});

test('--wait=false returns with the id', async () => {
  await using daemon = await startReplayDaemon(replayCreation([running]));
  const ran = await run(daemon, ['--wait=false']);
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  expect(ran.stderr).toContain(`operations-center operation watch ${id}`);
});

test('a daemon of OC is never asked for what it does not announce', async () => {
  await using daemon = await startReplayDaemon(({ method, path }) =>
    path === '/1.0' && method === 'GET' ? sync({ api_version: '1.0' }) : sync(null),
  );
  expect(await run(daemon)).toEqual({ code: 0, stdout: '', stderr: '' });
  const post = daemon.received.find((one) => one.method === 'POST');
  expect(post?.headers['prefer']).toBeUndefined();
  expect(daemon.received.map((one) => one.path)).toEqual(['/1.0', '/1.0/provisioning/clusters']);
});

test('a daemon that restarts meanwhile is waited for, and that is said', async () => {
  let looks = 0;
  const done = operation('finished', [step('preflight succeeded')]);
  const daemonOf: { now?: ReplayDaemon } = {};
  await using daemon = await startReplayDaemon((request) => {
    const answer = replayCreation([looks === 0 ? running : done])(request);
    if (request.path.startsWith('/1.0/operations') && looks++ === 0) {
      // Gone after this answer, and back a little later: as a restart looks from here.
      setImmediate(() => void daemonOf.now?.stop().then(() => setTimeout(() => void daemonOf.now?.restart(), 400)));
    }
    return answer;
  });
  daemonOf.now = daemon;
  const ran = await run(daemon);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(/no answer from the daemon; trying again for 60 s\n.*the daemon answers again\n/);
});

test('a mistake in a file is shown with its lines before anything is sent', async () => {
  await using daemon = await startReplayDaemon(() => refusal(500, 'nothing should have been sent'));
  const path = written('services.yaml', '---\nlvm:\n  enabled: true\nnvmee:\n  enabled: true\n');
  const ran = await run(daemon, ['-c', path]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(`Error: ${path}:4:1: nvmee: IncusOS has no service "nvmee"`);
  expect(ran.stderr).toContain('\n  4 │ nvmee:\n    │ ^^^^^\n');
  expect(ran.stderr).toMatch(/\nDid you mean "nvme"\? +\(unknown_service\)\n$/);
  expect(daemon.received).toEqual([]);
});

test('templates exclude files and need values, as in OC', async () => {
  await using daemon = await startReplayDaemon(() => sync(null));
  const ran = await run(daemon, ['--cluster-template', 't', '-c', 'x.yaml']);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect((await run(daemon, ['--cluster-template', 't'])).stderr).toContain('--cluster-template-variables is missing');
  expect(daemon.received).toEqual([]);
});

const plan = clusterPlan();
const knowsPlans = ['cluster_plan', 'operations'];

/** Answers a plan, and its run like a creation. */
const replayPlan =
  (given = plan): Replay =>
  (request) =>
    request.path.endsWith('/:plan') ? sync(given) : replayCreation([running], knowsPlans)(request);
const posts = (daemon: ReplayDaemon) =>
  daemon.received
    .filter(({ method }) => method === 'POST')
    .map(({ path, body }) => [path.split('/').at(-1), JSON.parse(body)]);

test('piped, it plans and runs that plan without a question', async () => {
  await using daemon = await startReplayDaemon(replayPlan());
  const ran = await run(daemon, ['--wait=false', '--ignore', 'clock-skew,free-space']);
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  expect(posts(daemon)).toMatchObject([
    [':plan', { name: 'wonderful', ignore: ['clock-skew', 'free-space'] }],
    [':run', { plan: plan.id }],
  ]);
});

test('--plan shows the plan and does nothing else; programs get all of it', async () => {
  await using daemon = await startReplayDaemon(replayPlan());
  const text = await run(daemon, ['--plan']);
  expect(text.stdout).toContain('Cluster "wonderful": 3 servers');
  expect(text.stdout).toContain(`provisioning cluster add --run ${plan.id}\n`);
  expect(JSON.parse((await run(daemon, ['--plan', '-f', 'json'])).stdout)).toEqual(plan);
  expect((await run(daemon, ['--plan', '-f', 'yaml'])).stdout).toContain(`id: ${plan.id}\n`);
  expect(posts(daemon).map(([verb]) => verb)).toEqual([':plan', ':plan', ':plan']);
});

const person = (daemon: ReplayDaemon, answer: string, more: readonly string[] = []) =>
  runWords([...words, '--wait=false', ...more], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
    ...{ stdin: answer, columns: 100, person: true },
  });

test.each<[string, string, readonly string[], boolean]>([
  ['yes', 'y\n', [], true],
  ['no', 'n\n', [], false],
  ['nothing', '\n', [], false],
  ['the end of input', '', [], false],
  ['no question', '', ['--yes'], true],
])('on a terminal it shows the plan and asks: %s', async (_, answer, more, begins) => {
  await using daemon = await startReplayDaemon(replayPlan());
  const ran = await person(daemon, answer, more);
  expect(ran).toMatchObject({ code: begins ? 0 : 1, stdout: '' });
  expect(posts(daemon).map(([verb]) => verb)).toEqual(begins ? [':plan', ':run'] : [':plan']);
  expect(ran.stderr.includes('Create this cluster? [y/N]')).toBe(more.length === 0);
  expect(ran.stderr.includes('Nothing was changed. The plan can be run until 2026-11-23T21:00Z')).toBe(!begins);
});

const runOnly = (daemon: ReplayDaemon, more: readonly string[]) =>
  runWords(['provisioning', 'cluster', 'add', ...more], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
  });

test('--run runs a plan without anything else, and refuses what stands in it already', async () => {
  await using daemon = await startReplayDaemon(replayPlan());
  expect(await runOnly(daemon, ['--run', plan.id, '--wait=false'])).toMatchObject({ code: 0, stdout: '' });
  expect(posts(daemon)).toEqual([[':run', { plan: plan.id }]]);
  const refused = await runOnly(daemon, ['wonderful', '--run', plan.id, '--channel', 'daily', '--plan']);
  expect(refused.stderr).toContain('Error: --run excludes <name>, --channel, --plan\n');
  expect((await runOnly(daemon, ['wonderful'])).stderr).toContain('<connection-url> is missing');
  expect((await runOnly(daemon, ['wonderful', 'https://x'])).stderr).toContain('--server-names is missing');
  expect((await run(daemon, ['-f', 'json'])).stderr).toContain('--format needs --plan');
  expect(posts(daemon)).toHaveLength(1);
});

test('--run takes the beginning of an id; what there is nothing to run of is said before anything is begun', async () => {
  const kept = { id: plan.id, cluster: 'wonderful', requested_by: 'unix', created_at: '', expires_at: '' };
  const over = 'e'.repeat(64);
  const replay: Replay = (request) => {
    const { path } = request;
    if (path === '/1.0') return sync({ api_extensions: [...knowsPlans, 'kept_plans'] });
    if (path === '/1.0/provisioning/plans') return sync([kept, { ...kept, id: `7c2${plan.id.slice(3)}` }]);
    if (path.startsWith('/1.0/provisioning/plans/e'))
      return refusal(400, 'ran', { code: 'plan_ran_already', details: { plan: over } });
    if (path === `/1.0/provisioning/plans/${plan.id}`) return sync(plan);
    if (path.startsWith('/1.0/provisioning/plans/')) return refusal(404, 'none', { code: 'plan_not_found' });
    return replayPlan()(request);
  };
  await using daemon = await startReplayDaemon(replay);
  expect(await runOnly(daemon, ['--run', plan.id.slice(0, 8), '--wait=false'])).toMatchObject({ code: 0 });
  // One that runs is joined, and who asks for one that is over is told so by the daemon.
  expect(await runOnly(daemon, ['--run', 'eeee', '--wait=false'])).toMatchObject({ code: 0 });
  expect(posts(daemon)).toEqual([
    [':run', { plan: plan.id }],
    [':run', { plan: over }],
  ]);
  for (const [given, told] of [
    ['garbage', '(plan_not_found)'],
    ['f'.repeat(64), '(plan_not_found)'],
    ['7c', '2 plans begin with "7c"'],
  ] as const) {
    const refused = await runOnly(daemon, ['--run', given]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(told)]);
    expect(refused.stderr).not.toContain('Beginning');
  }
  expect(posts(daemon)).toHaveLength(2);
});

test('what is no longer so is told, line by line', async () => {
  const told = 'server1: lvm.enabled: the plan changes it (false → true); now it is as wanted already';
  const differences = [{ what: 'server1: lvm.enabled', before: 'false → true', now: null, told }];
  await using daemon = await startReplayDaemon(({ path }) =>
    path === '/1.0'
      ? sync({ api_extensions: knowsPlans })
      : refusal(400, 'Plan is outdated', {
          code: 'plan_outdated',
          hint: 'Plan again.',
          details: { plan: plan.id, differences },
        }),
  );
  const ran = await runOnly(daemon, ['--run', plan.id]);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toBe(`Beginning …
Error: plan 7c1f00000000 is outdated: not everything is as it was
  ${told}
Plan again.                                                             (plan_outdated)
`);
});

/** Presses Ctrl-C whenever a request whose path ends so has arrived, before its answer. */
async function interruptedAt(ending: string, given: Parameters<typeof runWords>[1]) {
  let press = () => {};
  await using daemon = await startReplayDaemon((request) => {
    if (request.path.endsWith(ending)) press();
    return replayPlan()(request);
  });
  const ran = await runWords([...words, '--yes'], {
    ...given,
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
    onInterrupt: (interrupted) => {
      press = interrupted;
      return () => {
        press = () => {};
      };
    },
  });
  return { ...ran, posted: posts(daemon).map(([verb]) => verb) };
}

test('Ctrl-C before the live view says whether anything can have begun', async () => {
  expect(await interruptedAt('/:plan', {})).toEqual({
    code: 130,
    stdout: '',
    stderr: 'Looking at 3 servers …\nNothing was begun.\n',
    posted: [':plan'],
  });
  expect(await interruptedAt('/:run', {})).toMatchObject({
    code: 130,
    stderr: 'Looking at 3 servers …\nBeginning …\nIt may have begun: operations-center operation list\n',
  });
});

test('on a terminal, Ctrl-C while it begins asks what to do as soon as the operation is known', async () => {
  const ran = await interruptedAt('/:run', { columns: 100, person: true, stdin: 'l\n' });
  expect(ran).toMatchObject({ code: 1, posted: [':plan', ':run'] });
  expect(ran.stderr).toContain('It may have begun; waiting for the answer.');
  expect(ran.stderr).toContain('  l  leave it running');
  expect(ran.stderr).toContain(`operations-center operation watch ${id}\n`);
});

test.each([['--plan'], ['--ignore', 'clock-skew'], ['--run', plan.id]])(
  'a daemon without plans is not asked for one: %s',
  async (...more) => {
    await using daemon = await startReplayDaemon(replayCreation([running]));
    const ran = more[0] === '--run' ? await runOnly(daemon, more) : await run(daemon, more);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('It does not announce the API extension "cluster_plan"; nothing was sent.');
    expect(posts(daemon)).toEqual([]);
  },
);

test.each([
  ['https://10.0.0.11:8443', /^fine$/],
  ['', /^fine$/],
  ['host.name:8443', /does not begin with https/],
  ['https://me:secret@host', /holds a user/],
  ['https://host/ui/', /more than a host and a port/],
])('connection URL %j, which the daemon takes: %s', (url, said) => {
  expect(findOddConnectionUrl(url) ?? 'fine').toMatch(said);
});

test.each(['', 'not-a-url', '127.0.0.1:8443', 'host.name:8443'])(
  'connection URL %j is refused before the daemon is asked, with what is expected',
  async (url) => {
    await using daemon = await startReplayDaemon(replayPlan());
    const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
    const ran = await runWords(['provisioning', 'cluster', 'add', 'x', url, '-s', 'server1', '--yes'], { env });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('https://ADDRESS:8443');
    expect(ran.stderr).toContain('(connection_url_invalid)');
    expect(daemon.received).toEqual([]);
  },
);
