import { afterEach, expect, test } from 'vitest';
import {
  addCluster,
  expectNeverThere,
  expectThePage,
  fingerprintsOf,
  lastOperation,
  type Stage,
} from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let world: World;
afterEach(() => world.stop());

async function stage(): Promise<Stage> {
  world = await startWorld({ servers: 3 });
  return { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
}

/** Fault, the step that must be named, and the server that must be named. */
const failures = [
  ['join-fails', 'server3', 'await-member'],
  ['bootstrap-fails', 'server1', 'bootstrap'],
  ['services-put-fails', 'server2', 'configure-services'],
  ['preseed-item-fails', 'server1', 'apply-application-config'],
] as const;

test.each(failures)(
  '%s@%s: the error names step %s, every server is as it was, and can be clustered at once',
  async (fault, server, step) => {
    const at = await stage();
    const before = await fingerprintsOf(at);
    await world.fleet.setFault(fault, server);

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
  await until('server3 to be waited for', async () => {
    const operation = await lastOperation(at.daemon).catch(() => undefined);
    return (
      JSON.stringify(operation ?? '').includes(
        '"key":"await-member/server3","name":"await-member","target":"server3"',
      ) &&
      (operation?.metadata.status ?? '') === 'running' &&
      JSON.stringify(operation).includes('Wait for server3')
    );
  });
  const { id } = await lastOperation(at.daemon);
  expect(await at.daemon.cli('operation', 'cancel', id, '--yes')).toMatchObject({ exit: 0 });
  expect((await adding).exit).toBe(1);
  await expectNeverThere(at, 'wonderful', before);
});
