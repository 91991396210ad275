import { expect, test } from 'vitest';
import { type Replay, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const hit = {
  ...{
    kind: 'instance',
    uuid: 'u1',
    cluster: 'c1',
    server: 's1',
    project_name: 'default',
    parent_name: '',
    name: 'web',
  },
  ...{
    type: '',
    matches: [
      { path: 'name', value: 'web' },
      { path: 'state.network.eth0.addresses[0].address', value: '10.0.0.5' },
    ],
  },
};
const volume = { ...hit, kind: 'storage_volume', parent_name: 'local', type: 'custom', name: 'data', matches: [] };
const facets = {
  ...{ kinds: [{ value: 'instance', count: 3 }], clusters: [{ value: 'c1', count: 3 }] },
  ...{ projects: [], statuses: [{ value: 'Running', count: 2 }] },
};

async function run(...words: string[]) {
  const replay: Replay = ({ path }) => {
    if (path === '/1.0') return sync({ api_extensions: ['inventory_search', 'inventory_history'] });
    return sync(path.startsWith('/1.0/inventory/facets') ? facets : { found: [hit, volume], more: true });
  };
  await using daemon = await startReplayDaemon(replay);
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(['inventory', ...words], { env });
  return { ...ran, asked: daemon.received.map(({ path }) => path).filter((path) => path !== '/1.0') };
}

test('what is found is shown with where it stands, and that there is more', async () => {
  const ran = await run('search', '10.0.0.5', '--cluster', 'c1', '-f', 'csv');
  expect(ran.stdout).toBe(
    'instance,web,default,c1,s1,state.network.eth0.addresses[0].address: 10.0.0.5,u1\nstorage_volume,local/custom/data,default,c1,s1,,u1\n',
  );
  expect(ran.stderr).toBe('the best 2; more with --limit, or with another word\n');
  expect(ran.asked).toEqual(['/1.0/inventory/search?q=10.0.0.5&cluster=c1&limit=50']);
  expect((await run('search', 'x', '--as-of', '2026-01-01T00:00:00Z')).asked[0]).toContain('as_of=2026-01-01');
});

test('counts are listed by what they count', async () => {
  const ran = await run('count', '--kind', 'network_acl', '-f', 'csv');
  expect(ran.stdout).toBe('kind,instance,3\ncluster,c1,3\nstatus,Running,2\n');
  expect(ran.asked).toEqual(['/1.0/inventory/facets?kind=network_acl']);
});
