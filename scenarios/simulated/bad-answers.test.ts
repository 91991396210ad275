import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCluster } from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

/** Three clusters that answer badly, all at once, beside one that answers well. */
const bad = ['bad1', 'bad2', 'bad3'] as const;
const clusters = [...bad, 'good'];
const path = '/1.0/profiles';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: clusters.length, simulator: ['--key', 'p256', '--speed', '50'] });
  const files = await writePageFiles(world.directory);
  for (const [at, cluster] of clusters.entries()) {
    const servers = world.fleet.servers.slice(at, at + 1);
    expect(await addCluster({ daemon: world.daemon, servers, files }, cluster)).toMatchObject({ exit: 0 });
  }
  await Promise.all(clusters.map(resync));
});
afterAll(() => world.stop());

const resync = (cluster: string) => world.daemon.cli('provisioning', 'cluster', 'resync', cluster);

async function ask<T>(from: string): Promise<T> {
  const reply = await world.daemon.send({ method: 'GET', path: from, headers: {}, body: undefined, signal: undefined });
  return (JSON.parse(reply.text) as { metadata: T }).metadata;
}
const profiles = async (cluster: string): Promise<number> =>
  (await ask<string[]>(`/1.0/inventory/profiles?cluster=${cluster}`)).length;

type Warning = { type: string; status: string; scope: { entity: string }; messages: string[] };
async function warningsOf(cluster: string): Promise<string> {
  const all = await ask<Warning[]>('/1.0/warnings?recursion=1');
  const mine = all.filter((one) => JSON.stringify(one).includes(`"${cluster}"`) && one.status !== 'resolved');
  return JSON.stringify(mine.filter(({ type }) => type === 'Inventory resync failed'));
}

test.each([
  ['answers-500', path, 'profile: '],
  ['answers-garbage', path, 'it ends in the middle'],
  ['answers-lacking', `name ${path}`, 'an object has no usable name'],
  ['answers-endless', path, 'the answer is larger than 268435456 bytes'],
  ['answers-endless-list', path, 'the answer is larger than 268435456 bytes'],
])('%s: told, nothing is lost, the others go on, and memory is bounded', async (fault, argument, told) => {
  const known = await profiles('bad1');
  expect(known).toBeGreaterThan(0);
  world.daemon.peakMb();
  for (const [at] of bad.entries()) await world.fleet.setFault(fault, `server${at + 1}`, argument);
  const badScans = Promise.all(bad.map(resync));
  // The one that answers well does not wait for them.
  expect(await resync('good')).toMatchObject({ exit: 0 });
  await badScans;
  for (const cluster of bad) {
    await until(`${cluster} to be told of`, async () => (await warningsOf(cluster)).includes(told));
    expect(await profiles(cluster)).toBe(known);
  }
  expect(await warningsOf('good')).toBe('[]');
  const peak = world.daemon.peakMb();
  console.log(`${fault}: ${peak} MiB`);
  expect(peak).toBeLessThan(800);
  for (const [at] of bad.entries()) await world.fleet.clearFault(fault, `server${at + 1}`);
  await Promise.all(bad.map(resync));
  for (const cluster of bad) await until(`${cluster} to be well`, async () => (await warningsOf(cluster)) === '[]');
});
