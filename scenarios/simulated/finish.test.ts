import { afterEach, expect, test } from 'vitest';
import { findDoubled } from '../lib/doubled.ts';
import { makeEyes } from '../lib/incus-eyes.ts';
import { addCluster, expectThePage, lastOperation, type Stage, untilRunning } from '../lib/story.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
afterEach(() => world.stop());

async function stage(): Promise<Stage> {
  world = await startWorld({ servers: 3, simulator: ['--key', 'p256'] });
  return { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
}

test('somebody used the cluster while it was made: the undo asks, and finish completes it with what they made', async () => {
  const at = await stage();
  await world.fleet.setFault('preseed-item-fails', 'server1', 'meshbr0');
  await world.fleet.setFault('slow', 'server1', '100');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'apply-application-config/storage-pool/local');
  const eyes = makeEyes(at.daemon);
  const server1 = at.servers[0]?.url ?? '';
  await eyes.change('POST', server1, '/1.0/projects', { name: 'precious', config: {} });
  const failed = await adding;
  expect(failed.exit).toBe(1);
  const asking = await lastOperation(at.daemon);
  expect(asking.metadata).toMatchObject({ status: 'needs_attention', exits: ['retry', 'finish', 'leave'] });
  expect(failed.stderr).toContain(`operations-center operation finish ${asking.id}`);
  await world.fleet.clearFault('preseed-item-fails', 'server1');
  await world.fleet.clearFault('slow', 'server1');
  const finished = await at.daemon.cli('operation', 'finish', asking.id);
  expect([finished.exit, finished.stderr]).toEqual([0, expect.stringContaining('finish goes forward again: tries ')]);
  expect(await eyes.get<string[]>(server1, '/1.0/projects')).toContain('/1.0/projects/precious');
  expect(findDoubled(await world.fleet.requests())).toEqual([]);
  // Without it, it is the page's cluster and nothing else.
  await eyes.change('DELETE', server1, '/1.0/projects/precious', {});
  expect(await at.daemon.cli('provisioning', 'cluster', 'resync', 'wonderful')).toMatchObject({ exit: 0 });
  await expectThePage(at, 'wonderful');
  await eyes.close();
});

test('forward again before the bootstrap; a joiner that got something meanwhile is not joined over it', async () => {
  const at = await stage();
  await world.fleet.setFault('services-put-fails', 'server2', 'nvme');
  expect((await addCluster(at, 'wonderful')).exit).toBe(1);
  const { id, metadata } = await lastOperation(at.daemon);
  expect(metadata).toMatchObject({ status: 'needs_attention', exits: ['retry', 'finish', 'leave'] });
  await world.fleet.clearFault('services-put-fails', 'server2');
  const eyes = makeEyes(at.daemon);
  const server3 = at.servers[2]?.url ?? '';
  await eyes.change('POST', server3, '/1.0/projects', { name: 'precious', config: {} });
  const asked = await at.daemon.cli('operation', 'finish', id);
  expect([asked.exit, asked.stderr]).toEqual([1, expect.stringContaining('not empty any more: project/precious')]);
  expect(await eyes.get<string[]>(server3, '/1.0/projects')).toContain('/1.0/projects/precious');
  await eyes.change('DELETE', server3, '/1.0/projects/precious', {});
  expect(await at.daemon.cli('operation', 'retry', id)).toMatchObject({ exit: 0 });
  await expectThePage(at, 'wonderful');
  await eyes.close();
});
