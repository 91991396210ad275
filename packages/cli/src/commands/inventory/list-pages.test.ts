import { expect, test } from 'vitest';
import { type Replay, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const item = (name: string) => ({
  ...{ uuid: `u-${name}`, cluster: 'c1', name, project_name: 'default', object: {}, last_updated: '' },
});
const explained = { filter: 'x', parts: [{ part: 'name == "a"', by: 'index' }], objects: 7, looked_at: 2 };

const daemonOf =
  (api_extensions = ['inventory_pages']): Replay =>
  ({ path }) => {
    const { pathname, searchParams } = new URL(path, 'http://unix');
    if (pathname === '/1.0') return sync({ api_extensions });
    if (pathname === '/1.0/inventory/explain') return sync(explained);
    const total = { 'x-total-count': '5' };
    if (searchParams.get('cursor') === 'two') return { ...sync([item('d')]), headers: total };
    const link = { link: '</1.0/inventory/profiles?cursor=two>; rel="next"' };
    return { ...sync([item('b'), item('a'), item('c')]), headers: { ...total, ...link } };
  };

async function run(replay: Replay, ...words: string[]) {
  await using daemon = await startReplayDaemon(replay);
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(['inventory', 'profile', 'list', ...words], { env });
  return { ...ran, asked: daemon.received.map(({ path }) => path).filter((path) => path !== '/1.0') };
}
const namesIn = (text: string): string[] => (JSON.parse(text) as { name: string }[]).map(({ name }) => name);

test('so many as were asked for are read page after page, and how many there are is told', async () => {
  const ran = await run(daemonOf(), '--limit', '4', '-f', 'json', '-q');
  expect(namesIn(ran.stdout)).toEqual(['b', 'a', 'c', 'd']);
  expect(ran.stderr).toBe('4 of 5\n');
  expect(ran.asked).toEqual([
    '/1.0/inventory/profiles?recursion=1&limit=4&total=true',
    '/1.0/inventory/profiles?recursion=1&limit=1&cursor=two&total=true',
  ]);
});

test('a table that is sorted by the daemon stays as it came', async () => {
  const ran = await run(daemonOf(), '--sort', '-status', '-f', 'csv', '-q');
  expect(ran.stdout.split('\n').map((line) => line.slice(0, 3))).toEqual(['u-b', 'u-a', 'u-c', '']);
  expect(ran.asked).toEqual(['/1.0/inventory/profiles?recursion=1&sort=-status']);
  const own = await run(daemonOf(), '-f', 'csv', '-q');
  expect(own.stdout.split('\n').map((line) => line.slice(0, 3))).toEqual(['u-a', 'u-b', 'u-c', '']);
});

test('an explanation takes the place of the list', async () => {
  const ran = await run(daemonOf(), '--filter', 'name == "a"', '--explain');
  expect(ran.stdout).toBe('name == "a"   found by an index\n2 of 7 objects are looked at\n');
  expect(JSON.parse((await run(daemonOf(), '--explain', '-f', 'json')).stdout)).toEqual(explained);
});

test('a daemon that gives no pages is asked for none', async () => {
  for (const words of [['--limit', '4'], ['--sort', 'name'], ['--explain']]) {
    const ran = await run(daemonOf([]), ...words);
    expect(ran).toMatchObject({ code: 1, asked: [] });
    expect(ran.stderr).toContain('inventory_pages');
  }
  expect(await run(daemonOf(), '--limit', '-1')).toMatchObject({ code: 1, asked: [] });
});
