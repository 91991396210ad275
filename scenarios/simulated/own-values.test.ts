import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectOwnValues } from '../lib/own-values-story.ts';
import { startWorld, type World } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 3 });
});
afterAll(() => world.stop());

test('a mistake in the overrides is shown with its line before anything is sent, or by the daemon with its path', async () => {
  const { daemon, fleet, directory } = world;
  const add = (text: string) => {
    const path = join(directory, 'wrong.yaml');
    writeFileSync(path, text);
    const words = ['-s', 'server1,server2', '--server-overrides', path, '--yes'];
    return daemon.cli('provisioning', 'cluster', 'add', 'wrong', fleet.servers[0]?.url ?? '', ...words);
  };
  const unknown = await add('server1: {}\nserver7:\n  services: {}\n');
  expect(unknown).toMatchObject({ exit: 1, stdout: '' });
  expect(unknown.stderr).toContain('wrong.yaml:2:1');
  expect(unknown.stderr).toContain('no server of the cluster has this name');
  const ofAll = await add('server1: {storage_pools: {local: {rsync.bwlimit: 1MB}}}\n');
  expect(ofAll).toMatchObject({ exit: 1 });
  expect(ofAll.stderr).toContain(
    'server1.storage_pools.local["rsync.bwlimit"]: rsync.bwlimit is the same on every member',
  );
  expect((await daemon.client('clusters_list', { query: {} })) as object).toMatchObject({ metadata: [] });
});

test('each server gets its own services and sources; the plan shows them', async () => {
  const { daemon, fleet, directory } = world;
  await expectOwnValues({ daemon, servers: fleet.servers, directory, extra: '', makeFolder: async () => {} });
});
