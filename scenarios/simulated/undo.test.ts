import { afterEach, expect, test } from 'vitest';
import { makeEyes } from '../lib/incus-eyes.ts';
import {
  addCluster,
  expectNeverThere,
  expectThePage,
  lastOperation,
  type Stage,
  standingsOf,
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
    const before = await standingsOf(at);
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
  const before = await standingsOf(at);
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
  const before = await standingsOf(at);
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
  const before = await standingsOf(at);
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

test('a daemon killed after it set the addresses still knows what was there before', async () => {
  const at = await stage();
  const before = await standingsOf(at);
  await at.daemon.stop();
  await at.daemon.restart({
    OPERATIONS_CENTER_TEST: '1',
    OPERATIONS_CENTER_TEST_KILL: 'set-addresses/server3:succeeded:before',
  });
  await world.fleet.setFault('bootstrap-fails', 'server1');
  const adding = addCluster(at, 'wonderful');
  await at.daemon.ended();
  await at.daemon.restart();
  expect((await adding).exit).toBe(1);
  expect((await lastOperation(at.daemon)).metadata.status).toBe('undone');
  await expectNeverThere(at, 'wonderful', before);
});

test('a cluster that somebody else made of a server meanwhile is never taken back', async () => {
  const at = await stage();
  await world.fleet.setFault('slow', 'server3', '700');
  await world.fleet.setFault('services-put-fails', 'server3', 'nvme');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'configure-services/server3');
  const eyes = makeEyes(at.daemon);
  const server1 = at.servers[0]?.url ?? '';
  await until('server1 to have its addresses', async () => {
    const { config } = await eyes.get<{ config: Record<string, string> }>(server1, '/1.0');
    return config['cluster.https_address'] !== undefined;
  });
  await eyes.change('PUT', server1, '/1.0/cluster', { server_name: 'theirs', enabled: true });
  await world.fleet.clearFault('slow', 'server3');
  expect((await adding).exit).toBe(1);
  const { metadata } = await lastOperation(at.daemon);
  expect(metadata.status).toBe('needs_attention');
  const shown = await eyes.get<{ environment: { server_clustered: boolean; server_name: string } }>(server1, '/1.0');
  expect(shown.environment).toMatchObject({ server_clustered: true, server_name: 'theirs' });
  const restores = (await world.fleet.requests()).filter((request) => request.path.endsWith(':restore'));
  expect(restores).toEqual([]);
  await eyes.close();
});

test('what somebody else made in the cluster meanwhile makes the undo ask', async () => {
  const at = await stage();
  await world.fleet.setFault('preseed-item-fails', 'server1', 'meshbr0');
  await world.fleet.setFault('slow', 'server1', '100');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'apply-application-config/storage-pool/local');
  const eyes = makeEyes(at.daemon);
  const server1 = at.servers[0]?.url ?? '';
  await eyes.change('POST', server1, '/1.0/projects', { name: 'precious', config: {} });
  expect((await adding).exit).toBe(1);
  expect((await lastOperation(at.daemon)).metadata.status).toBe('needs_attention');
  expect(await eyes.get<string[]>(server1, '/1.0/projects')).toContain('/1.0/projects/precious');
  // Nothing at all was taken back: everything is looked at before the first thing goes.
  const taken = (await world.fleet.requests()).filter(
    ({ method, path }) => method === 'DELETE' || path.endsWith(':restore'),
  );
  expect(taken).toEqual([]);
  await eyes.close();
});

test('what somebody else made meanwhile under a name of ours, and otherwise, is not taken away', async () => {
  const at = await stage();
  await world.fleet.setFault('slow', 'server1', '3000 /1.0/projects/internal');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'apply-application-config/project/internal');
  const eyes = makeEyes(at.daemon);
  const server1 = at.servers[0]?.url ?? '';
  await eyes.change('POST', server1, '/1.0/projects', { name: 'internal', description: 'theirs', config: {} });
  const failed = await adding;
  expect([failed.exit, failed.stderr]).toEqual([1, expect.stringContaining('made by somebody else meanwhile')]);
  const { metadata } = await lastOperation(at.daemon);
  expect([metadata.status, metadata.failure?.step]).toEqual(['needs_attention', 'apply-application-config']);
  expect(await eyes.get(server1, '/1.0/projects/internal')).toMatchObject({ description: 'theirs' });
  await eyes.close();
});
