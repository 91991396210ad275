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
  world = await startWorld({ servers: 3, simulator: ['--key', 'p256'] });
  return { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
}

const restored = async () =>
  (await world.fleet.requests()).filter(({ path, status }) => path.endsWith(':restore') && status < 300);

/** What a backup may be that must not be relied on, before anything irreversible has happened. */
test.each([
  ['backup-torn', 'backup_unproven', /cannot be relied on: a database in it is torn/],
  ['backup-large', 'backup_too_large', /bytes, and more than 1000000 cannot be sent back/],
])('%s: the creation ends with %s before the bootstrap', async (fault, code, text) => {
  const at = await stage();
  const before = await standingsOf(at);
  await world.fleet.setFault(fault, 'server2');
  const failed = await addCluster(at, 'wonderful');
  expect([failed.exit, failed.stderr]).toEqual([1, expect.stringMatching(text)]);
  const { metadata } = await lastOperation(at.daemon);
  expect(metadata).toMatchObject({ status: 'undone', failure: { step: 'back-up-application', code } });
  const requests = await world.fleet.requests();
  expect(requests.filter(({ method, path }) => method === 'PUT' && path === '/1.0/cluster')).toEqual([]);
  await expectNeverThere(at, 'wonderful', before);
  await world.fleet.clearFault(fault, 'server2');
  expect(await addCluster(at, 'wonderful')).toMatchObject({ exit: 0 });
});

test('an item that is there otherwise: the conflict is named, and a first server that held something makes the undo ask', async () => {
  const at = await stage();
  const eyes = makeEyes(at.daemon);
  const url = at.servers[0]?.url ?? '';
  await eyes.change('POST', url, '/1.0/projects', { name: 'internal', config: { 'features.images': 'false' } });
  await eyes.change('POST', url, '/1.0/networks', { name: 'incusbr0', type: 'macvlan', config: { parent: 'eth0' } });
  // The preflight knows it beforehand; a person may say that it does not matter.
  const failed = await addCluster(at, 'wonderful', undefined, ['--ignore=network-names-free']);
  expect([failed.exit, failed.stderr]).toEqual([1, expect.stringContaining('network incusbr0')]);
  const { metadata } = await lastOperation(at.daemon);
  expect(metadata.status).toBe('needs_attention');
  expect(await eyes.get<string[]>(url, '/1.0/networks')).toContain('/1.0/networks/incusbr0');
  expect(await restored()).toEqual([]);
  await eyes.close();
});

test('a restore that loses its power half-way: the server is waited for, then the operation asks, and says why', async () => {
  const at = await stage();
  await world.fleet.setFault('join-fails', 'server3');
  await world.fleet.setFault('restore-cut', 'server2');
  const adding = addCluster(at, 'wonderful');
  await until('server2 to be waited for', async () => {
    const operation = await lastOperation(at.daemon).catch(() => undefined);
    return operation?.metadata.waits.some(({ observed }) => observed?.text.startsWith('server2') ?? false) ?? false;
  });
  await world.fleet.clearFault('restore-cut', 'server2');
  await world.fleet.press('server2', 'start');
  expect((await adding).stderr).toContain('mkdir /var/lib/incus.new: file exists');
  const { metadata } = await lastOperation(at.daemon);
  expect(metadata).toMatchObject({ status: 'needs_attention', failure: { code: 'restore_refused' } });
  // A factory reset is a way out by name only, and each condition that does not hold is said.
  const { id } = await lastOperation(at.daemon);
  await until('the last call to be over', async () =>
    (await lastOperation(at.daemon)).metadata.exits.includes('leave'),
  );
  // Backups went out: there is no way forward any more, and that is said.
  const forward = await at.daemon.cli('operation', 'finish', id);
  expect([forward.exit, forward.stderr]).toEqual([1, expect.stringContaining('because the servers get their backups')]);
  const considered = await at.daemon.cli('operation', 'factory-reset', id);
  expect([considered.exit, considered.stderr]).toEqual([1, '']);
  expect(considered.stdout).toContain('server2: not possible, because\n');
  expect(considered.stdout).toContain('applications-with-us: our channel stable holds no update');
  expect(considered.stdout).toContain('recovery-keys: nobody has fetched its recovery keys');
  // server3 never became a member.
  expect((await restored()).map(({ server }) => server)).toEqual(['server1']);
});

test('a server that comes back long after the others were put back is put back, too', async () => {
  const at = await stage();
  const before = await standingsOf(at);
  await world.fleet.setFault('preseed-item-fails', 'server1', 'meshbr0');
  await world.fleet.setFault('slow', 'server1', '60');
  const adding = addCluster(at, 'wonderful');
  await until('the first server to be put back', async () => (await restored()).length > 0);
  await world.fleet.press('server3', 'kill');
  await until('the two others to be put back', async () => (await restored()).length >= 2);
  await world.fleet.press('server3', 'start');
  expect((await adding).exit).toBe(1);
  await world.fleet.clearFault('slow', 'server1');
  expect((await lastOperation(at.daemon)).metadata.status).toBe('undone');
  await expectNeverThere(at, 'wonderful', before);
});

test('cancel interrupts the transfer of a backup', async () => {
  const at = await stage();
  const before = await standingsOf(at);
  await world.fleet.setFault('slow', 'server2', '60000 :backup');
  const adding = addCluster(at, 'wonderful');
  await untilRunning(at.daemon, 'back-up-application/server2');
  const { id } = await lastOperation(at.daemon);
  await at.daemon.cli('operation', 'cancel', id);
  await world.fleet.clearFault('slow', 'server2');
  expect((await adding).exit).toBe(1);
  // Nobody waited for the answer, which would have come a minute later.
  const backups = (await world.fleet.requests()).filter(({ path }) => path.endsWith(':backup'));
  expect(backups.map(({ server }) => server)).not.toContain('server2');
  await expectNeverThere(at, 'wonderful', before);
});

test('cancel while it takes back already changes nothing, and says what there is', async () => {
  const at = await stage();
  const before = await standingsOf(at);
  await world.fleet.setFault('join-fails', 'server3');
  await world.fleet.setFault('slow', 'server1', '300');
  const adding = addCluster(at, 'wonderful');
  await until('it to take back', async () => {
    const operation = await lastOperation(at.daemon).catch(() => undefined);
    return operation?.metadata.status === 'undoing';
  });
  const { id } = await lastOperation(at.daemon);
  await at.daemon.cli('operation', 'cancel', id);
  await world.fleet.clearFault('slow', 'server1');
  await world.fleet.clearFault('join-fails', 'server3');
  await adding;
  expect((await lastOperation(at.daemon)).metadata.status).toBe('undone');
  await expectNeverThere(at, 'wonderful', before);
  expect(await addCluster(at, 'wonderful')).toMatchObject({ exit: 0 });
  await expectThePage(at, 'wonderful');
});
