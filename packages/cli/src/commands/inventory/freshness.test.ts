import { expect, test } from 'vitest';
import { type Replay, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000 - 5_000).toISOString();
const cluster = (name: string, stale_since: string | null, more: object = {}) => ({
  ...{ cluster: name, live: stale_since === null, seen_at: stale_since ?? ago(0), stale_since },
  ...{ reason: stale_since === null ? '' : 'server1: connection refused', member: '', since: ago(5), next_try: null },
  ...{ pending: 0, kinds: [{ kind: 'profile', seen_at: stale_since ?? ago(0), stale_since, reason: '' }] },
  ...more,
});
const daemonOf =
  (clusters: readonly object[], api_extensions = ['inventory_freshness']): Replay =>
  ({ path }) => {
    if (path === '/1.0') return sync({ api_extensions });
    return sync(path.startsWith('/1.0/inventory/freshness') ? clusters : []);
  };

async function run(replay: Replay, ...words: string[]) {
  await using daemon = await startReplayDaemon(replay);
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  return { ...(await runWords(['inventory', ...words], { env })), asked: daemon.received.map(({ path }) => path) };
}

test('clusters are listed with how they are seen, and why not', async () => {
  const clusters = [cluster('c1', null, { member: 'server2', pending: 3 }), cluster('c2', '2026-11-22T19:15:19.5Z')];
  const ran = await run(daemonOf(clusters), 'freshness', '-f', 'csv');
  expect(ran.stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=.*server2)/, 'NOW')).toBe(
    'c1,live,NOW UTC,server2,3,,\nc2,stale,2026-11-22 19:15:19 UTC,,0,,server1: connection refused\n',
  );
  expect((await run(daemonOf(clusters), 'freshness', '--cluster', 'a b')).asked).toContain(
    '/1.0/inventory/freshness?cluster=a+b',
  );
});

test('a list says beside it which clusters are not seen any more, since when and why', async () => {
  const never = cluster('c4', ago(3), { kinds: [{ kind: 'profile', seen_at: null, stale_since: null, reason: '' }] });
  const clusters = [cluster('c1', null), cluster('c2', ago(3)), cluster('c3', ago(60 * 24 * 3)), never];
  const ran = await run(daemonOf(clusters), 'profile', 'list', '-f', 'json');
  expect(ran).toMatchObject({ code: 0, stdout: '[]\n' });
  expect(ran.stderr).toBe(
    [
      'c2: not seen for 3 min: server1: connection refused',
      'c3: not seen for 3 days: server1: connection refused',
      'c4: not read yet: server1: connection refused',
      '',
    ].join('\n'),
  );
  expect((await run(daemonOf(clusters), 'profile', 'list', '-f', 'json', '--quiet')).stderr).toBe('');
});

test('a moment is not told, nor what another daemon follows and was scanned lately', async () => {
  const clusters = [cluster('c1', ago(0)), cluster('c2', ago(14), { since: null })];
  expect((await run(daemonOf(clusters), 'profile', 'list', '-f', 'json')).stderr).toBe('');
});

test('an older daemon is not asked, and lists as before', async () => {
  const ran = await run(daemonOf([cluster('c2', ago(3))], []), 'profile', 'list', '-f', 'json');
  expect(ran).toMatchObject({ stdout: '[]\n', stderr: '' });
  expect(ran.asked).not.toContain('/1.0/inventory/freshness');
  expect((await run(daemonOf([], []), 'freshness')).stderr).toContain('does not announce');
});
