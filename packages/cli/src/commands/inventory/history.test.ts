import { expect, test } from 'vitest';
import { type Replay, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const uuid = 'b78ee1ce-a7eb-52e9-ae36-c55f36ef7d42';
const place = { uuid, cluster: 'c1', server: 's1', project_name: 'default', parent_name: '', name: 'web', type: '' };
const change = (word: string, minute: number, more: object = {}) => ({
  ...{ ...place, kind: 'instance', change: word, at: `2026-11-22T18:0${minute}:00.000000Z`, before: null },
  ...{ fields: [], more: 0, ...more },
});
const fields = [
  { path: 'config["limits.cpu"]', from: '1', to: '2' },
  { path: 'description', from: 'old' },
  { path: 'devices.eth1', to: { type: 'nic' } },
];
const moved = change('moved', 1, { server: 's2', before: place, fields, more: 2 });

const daemonOf =
  (answers: Record<string, unknown>, api_extensions = ['inventory_history']): Replay =>
  ({ path }) => {
    const { pathname, searchParams } = new URL(path, 'http://unix');
    if (pathname === '/1.0') return sync({ api_extensions });
    return sync(answers[`${pathname} ${searchParams.get('cursor') ?? ''}`.trim()] ?? []);
  };

async function run(replay: Replay, ...words: string[]) {
  await using daemon = await startReplayDaemon(replay);
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(['inventory', ...words], { env });
  return { ...ran, asked: daemon.received.map(({ path }) => path).filter((path) => path !== '/1.0') };
}

test('the life of an object is told page after page, with what changed inside of it', async () => {
  const pages = {
    [`/1.0/inventory/history/${uuid}`]: { changes: [moved], cursor: 'two' },
    [`/1.0/inventory/history/${uuid} two`]: { changes: [change('created', 0)], cursor: null },
  };
  const ran = await run(daemonOf(pages), 'history', uuid, '-f', 'csv');
  expect(ran.stdout).toBe(
    [
      '2026-11-22 18:01:00 +0000 UTC,moved,web,c1,s1 → s2,"config[""limits.cpu""]: 1 → 2; - description; + devices.eth1: {""type"":""nic""}; and 2 more"',
      '2026-11-22 18:00:00 +0000 UTC,created,web,c1,s1,',
      '',
    ].join('\n'),
  );
  expect((await run(daemonOf(pages), 'history', uuid, '--limit', '1', '-f', 'csv')).asked).toEqual([
    `/1.0/inventory/history/${uuid}?limit=1`,
  ]);
});

test('what differs is told with its kind; a list that was cut says so', async () => {
  const pages = { '/1.0/inventory/diff': { changes: [moved], cursor: 'two' } };
  const ran = await run(daemonOf(pages), 'diff', '--from', '2026-11-22T18:00:00Z', '--limit', '1', '-f', 'csv');
  expect(ran.stdout).toContain('instance,moved,web,default,c1,s1 → s2');
  expect(ran.stderr).toBe('the first 1; more with --limit, how many with --totals\n');
  const totals = { '/1.0/inventory/diff/totals': { kinds: [{ kind: 'instance', change: 'moved', count: 7 }] } };
  const counted = await run(daemonOf(totals), 'diff', '--from', '1h', '--cluster', 'c1', '--totals', '-f', 'csv');
  expect(counted.stdout).toBe('instance,moved,7\n');
  expect(counted.asked[0]).toMatch(/^\/1.0\/inventory\/diff\/totals\?from=20\S+&cluster=c1$/);
});

test('times may be said as how long ago; a wrong or a missing one is told before anything is asked', async () => {
  const ran = await run(daemonOf({}), 'profile', 'list', '--as-of', '24h', '-f', 'json');
  const asked = new URL(ran.asked[0] ?? '', 'http://unix').searchParams.get('as_of') ?? '';
  expect(Math.abs(Date.now() - 86_400_000 - Date.parse(asked))).toBeLessThan(60_000);
  // Of then: that it is not read any more says nothing about it.
  expect(ran.asked).toHaveLength(1);
  for (const words of [['diff'], ['diff', '--from', 'yesterday'], ['diff', '--from', '1h', '--kind', 'vm']]) {
    const wrong = await run(daemonOf({}), ...words);
    expect(wrong).toMatchObject({ code: 1, stdout: '', asked: [] });
  }
});

test('a daemon that keeps nothing is not asked: it would answer how it is now', async () => {
  for (const words of [['profile', 'list', '--as-of', '24h'], ['query', '--no-filter', '--as-of', '24h'], ['usage']]) {
    const ran = await run(daemonOf({}, []), ...words);
    expect(ran).toMatchObject({ code: 1, asked: [] });
    expect(ran.stderr).toContain('inventory_history');
  }
});

test('how much is kept is told with how much may be', async () => {
  const usage = {
    kept_since: '2026-11-01T00:00:00.000000Z',
    versions: 3,
    bytes: 2_500,
    days: 90,
    bytes_allowed: 10_000,
  };
  const ran = await run(daemonOf({ '/1.0/inventory/history': usage }), 'usage');
  expect(ran.stdout).toContain('2.50kB of 10.00kB');
});
