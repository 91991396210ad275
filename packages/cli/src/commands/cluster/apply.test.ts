import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplyPlanView } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { operation, step } from '../../testing/operations.ts';
import { applyPlan, plannedStep } from '../../testing/plans.ts';
import { type ReplayDaemon, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { applyText } from './apply-text.ts';

const id = '3f9c1e00-0000-4000-8000-000000000000';
const nothing = applyPlan();
const full: ApplyPlanView = {
  ...nothing,
  runnable: false,
  steps: [
    plannedStep('apply-application-config/profile/team/web', {
      calls: [{ server: 'server1', method: 'PUT', path: '/1.0/profiles/web?project=team', body: {} }],
      changes: [{ what: 'config["limits.cpu"]', before: '2', after: '3' }],
    }),
    plannedStep('apply-application-config/profile/default/db', {
      calls: [{ server: 'server1', method: 'POST', path: '/1.0/profiles?project=default', body: {} }],
      changes: [{ what: 'config["limits.memory"]', before: null, after: '4GiB' }],
    }),
  ],
  left: ['network/default/old', 'profile/team/old'],
  kept: [{ item: 'network/default/old', why: 'used by instance c1', used_by: ['/1.0/instances/c1'] }],
  touches: [
    {
      item: 'profile/team/web',
      how: 'keys that Incus changes live take effect at once, others at the next start',
      instances: [
        { name: 'c1', project: 'team', member: 'server1', running: true },
        { name: 'c2', project: 'team', member: 'server2', running: false },
      ],
    },
  ],
  differences: [
    {
      kind: 'conflict',
      item: 'profile/team/web',
      name: 'profile/team/web:description',
      field: 'description',
      applied: 'Web',
      file: 'For the web',
      live: 'By hand',
      taken: null,
    },
    {
      kind: 'drift',
      item: 'server-config',
      name: 'server-config:user.ui.title',
      field: 'config["user.ui.title"]',
      applied: 'Ours',
      file: 'Ours',
      live: null,
      taken: 'live',
    },
  ],
  problems: [
    { item: 'storage-pool/fast', what: 'storage pool fast is there with driver zfs, not dir', remedy: 'Do it.' },
  ],
};

const call = { server: 'server1', method: 'DELETE' as const, path: '/1.0/projects/old', body: null };
const pruning: ApplyPlanView = {
  ...full,
  steps: [...full.steps, plannedStep('prune-item/project/old', { calls: [call], changes: [] })],
};

test('a plan for a person: what is done, whom it touches, what must be chosen, what stays', async () => {
  await expect(applyText(pruning, undefined)).toMatchFileSnapshot('apply-plan.golden.txt');
});

const file = (): string => {
  const path = join(makeTestFolder(), 'application.yaml');
  writeFileSync(path, 'config:\n  user.ui.title: Ours\n');
  return path;
};
const run = (daemon: ReplayDaemon, ...more: string[]) =>
  runWords(['provisioning', 'cluster', 'apply', 'wonderful', ...more], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
  });

const replay = (plan: ApplyPlanView, extensions = ['operations', 'cluster_apply']) =>
  startReplayDaemon(({ path }) => {
    if (path === '/1.0') return sync({ api_extensions: extensions });
    if (path.endsWith('/:apply-plan')) return sync(plan);
    if (path.endsWith('/:apply-run')) {
      const body = { ...{ type: 'async', status: 'Operation created', status_code: 100, error_code: 0, error: '' } };
      return { status: 202, body: { ...body, operation: `/1.0/operations/${id}`, metadata: {} } };
    }
    if (path === `/1.0/operations/${id}`) return sync(operation('finished', [step('preflight succeeded')]));
    return refusal(404, `unexpected ${path}`);
  });
const posts = (daemon: ReplayDaemon) =>
  daemon.received.flatMap(({ method, path }) => (method === 'POST' ? [path.split('/').at(-1)] : []));

test('nothing to change is said, and exits with 0; what the file says anew is remembered all the same', async () => {
  await using daemon = await replay(nothing);
  expect(await run(daemon, '-a', file())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to change.'),
  });
  expect(posts(daemon)).toEqual([':apply-plan']);
  await using other = await replay({ ...nothing, remembers: true });
  expect(await run(other, '-a', file())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to change.'),
  });
  expect(posts(other)).toEqual([':apply-plan', ':apply-run']);
});

test('sides go to the daemon by name; without a terminal the plan is run at once', async () => {
  await using daemon = await replay({ ...full, runnable: true });
  const ran = await run(daemon, '-a', file(), '--take', 'live,profile/team/web:limits.cpu=file');
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  expect(posts(daemon)).toEqual([':apply-plan', ':apply-run']);
  const [asked] = daemon.received.filter(({ method }) => method === 'POST');
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    application_seed_config: { config: { 'user.ui.title': 'Ours' } },
    take: { '': 'live', 'profile/team/web:limits.cpu': 'file' },
  });
});

test('what would be deleted needs --yes where nobody can be asked', async () => {
  const plan = { ...pruning, runnable: true };
  await using daemon = await replay(plan);
  const ran = await run(daemon, '-a', file(), '--prune');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(/would delete 1 item of cluster "wonderful": project old\n.*--yes.*--run b2bf/s);
  expect(posts(daemon)).toEqual([':apply-plan']);
  expect(await run(daemon, '-a', file(), '--prune', '--yes')).toMatchObject({ code: 0 });
  expect(posts(daemon)).toEqual([':apply-plan', ':apply-plan', ':apply-run']);
  const [asked] = daemon.received.filter(({ method }) => method === 'POST');
  expect(JSON.parse(asked?.body ?? '')).toMatchObject({ prune: true });
});

test.each([
  ['wonderful\n', 0],
  ['y\n', 1],
  ['\n', 1],
])('on a terminal what is deleted is asked for by the name of the cluster: %j', async (stdin, code) => {
  await using daemon = await replay({ ...pruning, runnable: true });
  const words = ['provisioning', 'cluster', 'apply', 'wonderful', '-a', file(), '--prune'];
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(words, { env, stdin, columns: 100, person: true });
  expect(ran.code).toBe(code);
  expect(ran.stderr).toContain('This deletes 1 item. Type the name of the cluster to apply it: ');
  expect(posts(daemon).at(-1)).toBe(code === 0 ? ':apply-run' : ':apply-plan');
});

test.each([
  [['--plan'], /--application-seed-config is missing/],
  [['-a', 'x.yaml', '--run', 'id'], /--run excludes/],
  [['-a', 'FILE', '--take', 'mine'], /names no side/],
  [['-a', 'FILE', '--format', 'json'], /--format needs --plan/],
])('%j is refused before anything is asked', async (words, told) => {
  await using daemon = await replay(nothing);
  const ran = await run(daemon, ...words.map((word) => (word === 'FILE' ? file() : word)));
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(told);
  expect(posts(daemon)).toEqual([]);
});

test('a daemon that does not know it is not asked', async () => {
  await using daemon = await replay(nothing, ['operations']);
  expect(await run(daemon, '-a', file())).toMatchObject({ code: 1, stderr: expect.stringContaining('does not know') });
  expect(posts(daemon)).toEqual([]);
});
