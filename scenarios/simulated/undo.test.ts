import { afterEach, expect, test } from 'vitest';
import {
  addCluster,
  expectNeverThere,
  expectThePage,
  fingerprintsOf,
  lastOperation,
  type Stage,
  untilRunning,
} from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let world: World;
afterEach(() => world.stop());

async function stage(): Promise<Stage> {
  world = await startWorld({ servers: 3 });
  return { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
}

/** Fault, the step that must be named, and the server that must be named. */
const failures: [fault: string, server: string, step: string, argument?: string][] = [
  ['join-fails', 'server3', 'await-member'],
  ['bootstrap-fails', 'server1', 'bootstrap'],
  ['preseed-item-fails', 'server1', 'apply-application-config', 'meshbr0'],
];

test.each(failures)(
  '%s@%s: the error names step %s, every server is as it was, and can be clustered at once',
  async (fault, server, step, argument?: string) => {
    const at = await stage();
    const before = await fingerprintsOf(at);
    await world.fleet.setFault(fault, server, argument);

    const failed = await addCluster(at, 'wonderful');
    expect(failed.exit).toBe(1);
    const { metadata } = await lastOperation(at.daemon);
    expect(metadata.status).toBe('undone');
    expect(metadata.failure?.step).toBe(step);
    expect(failed.stderr).toContain(server);
    await expectNeverThere(at, 'wonderful', before);

    await world.fleet.clearFault(fault, server);
    expect(await addCluster(at, 'wonderful')).toMatchObject({ exit: 0 });
    await expectThePage(at, 'wonderful');
  },
);

test('join-answers-but-dies: it waits for the server, visibly, and puts everything back when it returns', async () => {
  const at = await stage();
  const before = await fingerprintsOf(at);
  await world.fleet.setFault('join-answers-but-dies', 'server3');
  const adding = addCluster(at, 'wonderful');
  await until('server3 to be waited for', async () => {
    const operation = await lastOperation(at.daemon).catch(() => undefined);
    return operation !== undefined && JSON.stringify(operation).includes('server3: ');
  });
  await world.fleet.clearFault('join-answers-but-dies', 'server3');
  await world.fleet.press('server3', 'start');
  await adding;
  const { metadata } = await lastOperation(at.daemon);
  if (metadata.status === 'finished') return expectThePage(at, 'wonderful');
  expect(metadata.status).toBe('undone');
  await expectNeverThere(at, 'wonderful', before);
});

test('a join that hangs is cancelled, and everything is put back', async () => {
  const at = await stage();
  const before = await fingerprintsOf(at);
  await world.fleet.setFault('join-hangs', 'server3');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'await-member/server3');
  const { id } = await lastOperation(at.daemon);
  expect(await at.daemon.cli('operation', 'cancel', id)).toMatchObject({ exit: 0 });
  expect((await adding).exit).toBe(1);
  await expectNeverThere(at, 'wonderful', before);
});

test('a service that can neither be set nor put back: it asks, and retry takes everything back', async () => {
  const at = await stage();
  const before = await fingerprintsOf(at);
  await world.fleet.setFault('services-put-fails', 'server2', 'nvme');
  const failed = await addCluster(at, 'wonderful');
  expect(failed.exit).toBe(1);
  expect(failed.stderr).toContain('server2');
  const asking = await lastOperation(at.daemon);
  expect(asking.metadata.status).toBe('needs_attention');
  await world.fleet.clearFault('services-put-fails', 'server2');
  await at.daemon.cli('operation', 'retry', asking.id);
  await until('the operation to be undone', async () => (await lastOperation(at.daemon)).metadata.status === 'undone');
  await expectNeverThere(at, 'wonderful', before);
});
