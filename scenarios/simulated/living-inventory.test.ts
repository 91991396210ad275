import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCluster } from '../lib/story.ts';
import { differences, withoutUsers } from '../lib/true-inventory.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

const CONTENT = ['--key', 'p256', '--speed', '50', '--instances-per-server', '40', '--projects', '2'];

const place = { cluster: 'wonderful', server: 'server1' };

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 3, simulator: CONTENT });
  const stage = { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
  expect(await addCluster(stage, 'wonderful')).toMatchObject({ exit: 0 });
});
afterAll(() => world.stop());

test('the inventory is the truth of a full cluster, and follows it through changes and a lost connection', async () => {
  const { fleet } = world;
  const instances = (await fleet.truth('server1')).filter(({ kind }) => kind === 'instance');
  expect(instances).toHaveLength(120);
  await untilTrue();

  expect(await fleet.change(300)).toBeGreaterThan(250);
  await untilTrue();

  // What happens while nobody can listen is found when somebody can again.
  await fleet.setFault('events-cut', '*');
  await fleet.change(200);
  await fleet.clearFault('events-cut', '*');
  await untilTrue();

  // Who uses an object changes without an event of that object: a scan brings it.
  expect(await world.daemon.cli('provisioning', 'cluster', 'resync', 'wonderful')).toMatchObject({ exit: 0 });
  expect(await differences(world, place, (object) => object)).toEqual([]);
});

async function untilTrue(): Promise<void> {
  let found: string[] = [];
  const look = async (): Promise<boolean> => (found = await differences(world, place, withoutUsers)).length === 0;
  await until('the inventory to be the truth', look, 30_000).catch((error: unknown) => {
    throw new Error(`${found.length} differ: ${found.slice(0, 6).join('\n')}`, { cause: error });
  });
}
