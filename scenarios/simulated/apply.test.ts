import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ApplyStage,
  sentAtTheEndOfPruning,
  sentInApplyStory,
  startApplyStage,
  tellApplyStory,
  tellConflictStory,
  tellPruneStory,
} from '../lib/apply-story.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
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

test('a file applied twice changes nothing; one profile and one key of it change just these', async () => {
  expect(await tellApplyStory(stage)).toEqual(sentInApplyStory);
});

test('what others changed, too, is a conflict that a person chooses in', async () => {
  expect(await tellConflictStory(stage)).toBe('For the web');
});

test('a plan says whom it touches; services are added to; an item that fails puts all back', async () => {
  const { edit, planned, apply, changes, eyes, url } = stage;
  await eyes.change('POST', url, '/1.0/instances', { name: 'c1', source: { type: 'none' } });
  await until('c1 to be there', async () => (await eyes.get<string[]>(url, '/1.0/instances')).length === 1);
  await eyes.change('PUT', url, '/1.0/instances/c1/state', { action: 'start' });
  await until('c1 to run', async () => (await stateOf(stage)) === 'Running');
  edit((text) => text.replace('profiles:\n', 'profiles:\n  - name: default\n    config: {limits.cpu: 2}\n'));
  const services = writeServices(world.directory, ['192.168.1.100', '192.168.1.101']);
  const plan = await planned('-c', services);
  expect(plan.touches).toMatchObject([{ item: 'profile/default/default', instances: [{ name: 'c1', running: true }] }]);
  expect(plan.services_already).toEqual(['lvm on server1', 'lvm on server2', 'lvm on server3']);
  expect(plan.steps.map(({ key }) => key)).toEqual([
    ...['server1', 'server2', 'server3'].map((server) => `configure-services/${server}`),
    'apply-application-config/profile/default/default',
  ]);

  await world.fleet.setFault('preseed-item-fails', 'server1', 'extra');
  edit((text) => text.replace('profiles:\n', 'profiles:\n  - name: extra\n'));
  const failed = await apply('-c', services);
  expect(failed).toMatchObject({ exit: 1, stderr: expect.stringContaining('Everything was taken back') });
  expect((await eyes.get<{ config: object }>(url, '/1.0/profiles/default')).config).toEqual({});
  expect(await targetsOf(stage)).toEqual(['192.168.1.100']);
  await world.fleet.clearFault('preseed-item-fails', 'server1');
  changes();
  expect(await apply('-c', services)).toMatchObject({ exit: 0 });
  expect(changes().sort()).toEqual([
    'POST /1.0/profiles?project=default',
    'PUT /1.0/profiles/default?project=default',
    ...Array.from({ length: 3 }, () => 'PUT /os/1.0/services/nvme'),
  ]);
  // A target less could take something away that is in use.
  const refused = await apply('-c', writeServices(world.directory, ['192.168.1.101']));
  expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining('more than additions would change') });
  expect(changes()).toEqual([]);
});

test('what left the file goes only if that is asked for, and nothing uses it', async () => {
  // What the test before made: one is gone by hand, the other one everybody has.
  await stage.eyes.change('DELETE', stage.url, '/1.0/profiles/extra', undefined);
  stage.edit((text) => text.replace('  - name: extra\n', ''));
  const sent = await tellPruneStory(stage, [['profile/default/default', 'each project has one']]);
  expect(sent).toEqual(sentAtTheEndOfPruning);
});

function writeServices(directory: string, addresses: readonly string[]): string {
  const path = join(directory, `services-${addresses.length}.json`);
  const targets = addresses.map((address) => ({ transport: 'tcp', address, port: 8009 }));
  writeFileSync(path, JSON.stringify({ lvm: { enabled: true }, nvme: { enabled: true, targets } }));
  return path;
}

const stateOf = async ({ eyes, url }: ApplyStage): Promise<string> =>
  (await eyes.get<{ status: string }>(url, '/1.0/instances/c1')).status;

const targetsOf = async ({ eyes, url }: ApplyStage): Promise<string[]> =>
  (await eyes.get<{ config: { targets: { address: string }[] } }>(url, '/os/1.0/services/nvme')).config.targets.map(
    ({ address }) => address,
  );
