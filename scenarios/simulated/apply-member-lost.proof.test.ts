import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApplyStage, startApplyStage } from '../lib/apply-story.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
import { lastOperation, untilBegun } from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let world: World;
let stage: ApplyStage;

beforeAll(async () => {
  world = await startWorld({ servers: 3, daemon: debug });
  const files = await writePageFiles(world.directory, await oneOfEach());
  stage = await startApplyStage({ daemon: world.daemon, servers: world.fleet.servers, files }, 'wonderful');
});
afterAll(async () => {
  await stage?.eyes.close();
  await world.stop();
});

test('a member lost in the midst: what it keeps from being taken back is waited for, visibly, until it is there', async () => {
  const { edit, planned, changes, eyes, url } = stage;
  const { daemon, fleet } = world;
  const network = '  - name: latebr0\n    type: bridge\n    config: {ipv4.address: 10.98.0.1/24, ipv6.address: none}\n';
  edit((text) =>
    text
      .replace('limits.cpu: 2', 'limits.cpu: 3')
      .replace('networks:\n', `networks:\n${network}`)
      .replace('storage_pools:\n', 'storage_pools:\n  - name: late\n    driver: dir\n'),
  );
  const before = await lookAt(stage);
  const { id } = await planned();
  // The pool takes so long that the network is made when the member is lost.
  await fleet.setFault('slow', 'server1', '1500 /1.0/storage-pools');
  changes();
  const words = ['provisioning', 'cluster', 'apply', 'wonderful', '--run', id, '--wait=false'];
  expect(await daemon.cli(...words)).toMatchObject({ exit: 0 });
  await untilBegun(daemon, 'apply-application-config/storage-pool/late');
  await until('the network to be made', async () => changes().includes('POST /1.0/networks?project=default'));
  await until('the profile to be changed', async () => (await lookAt(stage))[1] !== before[1]);
  await fleet.press('server3', 'kill');
  await fleet.clearFault('slow', 'server1');
  await until('it to wait for the member', async () => {
    const { waits } = (await lastOperation(daemon)).metadata;
    const seen = waits.find((wait) => wait.for === 'taking back: Make network latebr0')?.observed?.text ?? '';
    return seen.includes('is down');
  });
  // What needs no member is taken back meanwhile.
  await until('the profile to be as before', async () => (await lookAt(stage))[1] === before[1]);
  expect(await eyes.get<string[]>(url, '/1.0/networks')).toContain('/1.0/networks/latebr0');
  await fleet.press('server3', 'start');
  await until('all to be taken back', async () => (await lastOperation(daemon)).metadata.status === 'undone', 60_000);
  expect(await lookAt(stage)).toEqual(before);
});

test('a member that is away is named by the plan, and nothing is begun', async () => {
  const { planned, apply, changes, eyes, url } = stage;
  const { id } = await planned();
  await world.fleet.press('server3', 'kill');
  await until(
    'it to be offline',
    async () => {
      const members = await eyes.get<{ status: string }[]>(url, '/1.0/cluster/members?recursion=1');
      return members.some(({ status }) => status === 'Offline');
    },
    60_000,
  );
  changes();
  const told = 'server3 is Offline, and Incus changes nothing while a member is away';
  for (const words of [[], ['--plan']])
    expect(await apply(...words)).toMatchObject({ exit: 1, stderr: expect.stringContaining(told) });
  const run = await world.daemon.cli('provisioning', 'cluster', 'apply', 'wonderful', '--run', id);
  expect(run).toMatchObject({ exit: 1 });
  expect(changes()).toEqual([]);
});

async function lookAt({ eyes, url }: ApplyStage): Promise<string[]> {
  const paths = ['networks', 'profiles', 'storage-pools'];
  const all = await Promise.all(
    paths.map((path) => eyes.get<object[]>(url, `/1.0/${path}?recursion=1&all-projects=true`)),
  );
  return all.map((list) => JSON.stringify(list));
}
