import type { KeptPlan } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { applyPlan, clusterPlan } from '../../testing/plans.ts';
import { type Replay, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const planOf = (digits: string, kind: KeptPlan['kind'], cluster: string): KeptPlan => ({
  ...{ id: digits.padEnd(64, '0'), kind, cluster, requested_by: 'unix' },
  ...{ created_at: '2026-11-22T21:00:00.000Z', expires_at: '2026-11-23T21:00:00.000Z' },
});
const plans = [
  planOf('7c1f', 'create', 'next'),
  planOf('b2bf', 'apply', 'wonderful'),
  planOf('b2c0', 'apply', 'other'),
];

const replay: Replay = ({ method, path }) => {
  if (path === '/1.0') return sync({ api_extensions: ['operations', 'cluster_plan', 'cluster_apply', 'kept_plans'] });
  if (path === '/1.0/provisioning/plans') return sync(plans);
  if (method === 'POST') return refusal(503, 'stopped', { code: 'shutting_down' });
  const shown = plans.find(({ id }) => path.endsWith(id));
  if (shown === undefined)
    return refusal(404, 'There is no plan', { code: 'plan_not_found', details: { plan: path.split('/').at(-1) } });
  const { id, cluster } = shown;
  return sync(shown.kind === 'create' ? clusterPlan({ id, cluster }) : applyPlan({ id, cluster }));
};

async function run(...words: string[]) {
  await using daemon = await startReplayDaemon(replay);
  const ran = await runWords(['provisioning', ...words], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
  });
  const sent = daemon.received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body).plan);
  return { ...ran, sent };
}

test('the id that the list of plans prints is enough to run one', async () => {
  const listed = await run('plan', 'list', '-f', 'csv');
  expect(listed.stdout).toContain('7c1f00000000,create,next,');
  const ids = plans.map(({ id }) => id);
  expect((await run('cluster', 'add', '--run', '7c1f00000000')).sent).toEqual([ids[0]]);
  expect((await run('cluster', 'apply', 'wonderful', '--run', 'b2b')).sent).toEqual([ids[1]]);
});

test.each([
  [
    ['cluster', 'add', '--run', 'b2bf'],
    'plan b2bf00000000 applies a file to cluster "wonderful"\nRun it: operations-center provisioning cluster apply wonderful --run b2bf00000000.',
  ],
  [
    ['cluster', 'apply', 'wonderful', '--run', '7c1f'],
    'plan 7c1f00000000 makes cluster "next"\nRun it: operations-center provisioning cluster add --run 7c1f00000000.',
  ],
  [['cluster', 'apply', 'wonderful', '--run', 'b2'], '2 plans begin with "b2"'],
  [['cluster', 'add', '--run', 'garbage'], 'there is no plan garbage'],
])('%j begins nothing', async (words, told) => {
  const ran = await run(...words);
  expect(ran).toMatchObject({ code: 1, stdout: '', sent: [] });
  expect(ran.stderr.startsWith(`Error: ${told}`)).toBe(true);
});
