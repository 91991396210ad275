import { cpSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../lib/daemon.ts';
import { runProgram } from '../lib/programs.ts';
import { lastOperation, untilRunning } from '../lib/story.ts';
import { awaitReady, makeToken, startWorld, until, type World } from '../lib/world.ts';

let world: World;
let restored: Daemon | undefined;
beforeAll(async () => {
  world = await startWorld({ servers: 4, simulator: ['--latency', '20'] });
});
afterAll(async () => {
  await restored?.stop();
  await world.stop();
});

const daemonWord = (directory: string, ...words: string[]) =>
  runProgram('operations-centerd', words, {
    env: { ...process.env, OPERATIONS_CENTER_DIR: directory },
    timeoutMs: 60_000,
  });

/** A creation that goes on by itself; who asked does not wait. */
async function beginCreation(daemon: Daemon, name: string, servers: readonly string[]): Promise<void> {
  const begun = await daemon.client('clusters_create', {
    body: {
      name,
      connection_url: world.fleet.servers[0]?.url ?? '',
      server_type: 'incus',
      server_names: [...servers],
    },
    headers: { prefer: 'respond-async' },
  });
  expect(begun).toMatchObject({ kind: 'ok' });
}

test('the drill: back up during a creation and a load, lose everything, restore elsewhere, look, say go', async () => {
  const { daemon, fleet } = world;
  const file = join(world.directory, 'backup.tar.gz');
  await beginCreation(daemon, 'wonderful', ['server1', 'server2', 'server3']);
  await untilRunning(daemon, 'join-member/server2');
  const load = { on: true, tokens: 0 };
  const loading = (async () => {
    for (; load.on; load.tokens += 1) await makeToken(daemon, 1);
  })();
  const backup = await daemonWord(daemon.directory, 'backup', file);
  load.on = false;
  await loading;
  expect(backup).toMatchObject({ exit: 0, stderr: '' });
  expect(backup.stdout).toMatch(/bytes, read back and whole\n(.*\n)* +operations-center\.db +\d+ bytes\n/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(load.tokens).toBeGreaterThan(0);
  expect(await daemonWord(daemon.directory, 'backup', file)).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('never written over another file'),
  });
  await daemon.kill();

  const directory = join(world.directory, 'restored');
  const done = await daemonWord(directory, 'restore', file);
  expect(done).toMatchObject({ exit: 0, stderr: '' });
  expect(done.stdout).toContain('operations-center admin go');
  await fleet.clearRequests();
  restored = await startDaemon({ directory, listen: daemon.url.replace('https://', '') });
  const again = restored;

  // It says that it is held, wherever a person looks.
  const api = await again.client('api_show');
  expect(api).toMatchObject({ metadata: { held: { reason: expect.stringMatching(/^restored from a backup of 20/) } } });
  const warnings = await again.client('warnings_list');
  expect(JSON.stringify(warnings)).toContain('Held after a restore');
  expect((await lastOperation(again)).metadata).toMatchObject({
    status: 'paused',
    exits: expect.arrayContaining(['resume']),
  });

  // What was asked for and planned came along; the configuration is there once the cluster is.
  const artifacts = await again.client('artifacts_list', { params: { clusterName: 'wonderful' } });
  const base = '/1.0/provisioning/clusters/wonderful/artifacts';
  expect(artifacts).toMatchObject({ metadata: [`${base}/inputs`, `${base}/plan`] });

  // What could change the fleet is refused, and names the way on.
  const { id } = await lastOperation(again);
  const refusals = [
    await again.client('clusters_create', { body: { name: 'x', server_type: 'incus', server_names: ['server4'] } }),
    await again.client('operation_resume', { params: { id } }),
    await again.client('server_delete', { params: { name: 'server4' } }),
  ];
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({
      kind: 'fault',
      status: 503,
      code: 'held_after_restore',
      hint: expect.stringContaining('operations-center admin go'),
    });
  }
  const passed = await again.send({
    method: 'POST',
    path: '/1.0/provisioning/servers/server4/os/1.0/system/:reboot',
    headers: {},
    body: undefined,
    signal: undefined,
  });
  expect(passed.status).toBe(503);

  // It polls, a restart changes nothing, and until somebody says go no server was asked to change anything.
  await again.client('server_resync', { params: { name: 'server4' } });
  await again.stop();
  await again.restart();
  await until('a poll', async () => (await fleet.requests()).length > 5);
  expect((await fleet.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);

  const go = await again.cli('admin', 'go');
  expect(go).toMatchObject({ exit: 0, stdout: '' });
  expect(go.stderr).toBe('It works again.\n1 operation is paused: operations-center operation list\n');
  expect((await again.cli('admin', 'go')).stderr).toContain('It was not held.\n');
  expect(await again.client('api_show')).not.toHaveProperty('metadata.held');
  expect(JSON.stringify(await again.client('warnings_list'))).not.toContain('Held after a restore');

  // The operation that was under way, on a fleet that went on after the backup: it recognises what it did, and finishes.
  expect(await again.client('operation_resume', { params: { id } })).toMatchObject({ kind: 'ok' });
  await again.client('operation_wait', { params: { id } });
  expect(await lastOperation(again)).toMatchObject({ metadata: { status: 'finished', failure: null } });
  await awaitReady(again, ['server1', 'server2', 'server3', 'server4']);
  // And a server that it never touched can be used.
  await beginCreation(again, 'second', ['server4']);
  await until('the second cluster', async () => (await lastOperation(again)).metadata.status === 'finished');
}, 120_000);

test('an older database put back by hand is noticed, and held until a person says go', async () => {
  const directory = join(world.directory, 'older');
  const copy = join(world.directory, 'older.db');
  const listen = world.daemon.url.replace('https://', '').replace(/:\d+$/, ':7444');
  const daemon = await startDaemon({ directory, listen });
  const database = join(directory, 'operations-center.db');
  await makeToken(daemon, 1);
  await daemon.stop();
  cpSync(database, copy);
  await daemon.restart();
  await makeToken(daemon, 2);
  await daemon.stop();
  // As it went on by itself, nothing holds it.
  await daemon.restart();
  expect(await daemon.client('api_show')).not.toHaveProperty('metadata.held');
  await daemon.stop();
  cpSync(copy, database);
  await daemon.restart();
  const reason = expect.stringMatching(/^started on a database that lacks what this daemon saw in it at 20/);
  expect(await daemon.client('api_show')).toMatchObject({ metadata: { held: { reason } } });
  expect(await daemon.client('server_delete', { params: { name: 'x' } })).toMatchObject({ code: 'held_after_restore' });
  expect(await daemon.cli('admin', 'go')).toMatchObject({ exit: 0 });
  await daemon.stop();
  await daemon.restart();
  expect(await daemon.client('api_show')).not.toHaveProperty('metadata.held');
  await daemon.stop();
}, 60_000);
