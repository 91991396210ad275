import { expect, test } from 'vitest';
import { type Replay, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const nothing = { images: null, instances: null, storage_pools: null };
const item = (name: string, more: object = {}) => ({ uuid: '', cluster: 'c1', name, object: {}, ...more });
const daemonOf =
  (api_extensions: readonly string[]): Replay =>
  ({ path }) => {
    if (path === '/1.0') return sync({ api_extensions });
    const certificates = path.includes('kind=certificate') ? [item('aa01')] : undefined;
    const network_forwards = [item('10.0.0.1', { parent_name: 'br0' })];
    const found = { cluster: 'c1', servers: ['s1'], ...nothing, network_forwards, certificates };
    return sync([found]);
  };

async function run(replay: Replay, ...words: string[]) {
  await using daemon = await startReplayDaemon(replay);
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(['inventory', 'query', ...words], { env });
  return { ...ran, asked: daemon.received.map(({ path }) => path).filter((path) => path !== '/1.0') };
}
const ours = daemonOf(['inventory_certificates']);

test('a kind of our own has its place in the tree, for who names it', async () => {
  const tree =
    'Resource Tree:\n\n- Cluster Name: c1\n\n  Servers:\n    - s1\n\n  Network Forwards:\n      - 10.0.0.1\n';
  expect((await run(ours, '--no-filter')).stdout).toBe(tree);
  const named = await run(ours, '--kind', 'certificate,network-forward');
  expect(named.stdout).toBe(`${tree}\n  Trusted Certificates:\n    - aa01\n`);
});

test('a daemon that lacks the kind is not asked: its answer would be everything else, or nothing', async () => {
  const ran = await run(daemonOf([]), '--kind', 'certificate');
  expect(ran).toMatchObject({ code: 1, asked: [] });
  expect(ran.stderr).toContain('the daemon does not know the trusted certificates of clusters');
});

test('a file with a Go template is refused, with what to use instead', async () => {
  const ran = await run(ours, '--no-filter', '--template', '/tmp/own.tmpl');
  expect(ran).toMatchObject({ code: 1, asked: [] });
  expect(ran.stderr).toContain('One of: :resource_tree, :cluster_names. Files with Go templates are not run');
  expect((await run(ours, '--no-filter', '--template', ':cluster_names')).stdout).toBe('c1\n');
});
