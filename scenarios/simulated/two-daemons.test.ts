import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Daemon } from '../lib/daemon.ts';
import { findDoubled } from '../lib/doubled.ts';
import { runProgram } from '../lib/programs.ts';
import { lastOperation, readOperations, untilRunning } from '../lib/story.ts';
import { listServers, startWorld, until, type World } from '../lib/world.ts';

const leaseSeconds = 2;
let world: World;
let first: Daemon;
let second: Daemon;
beforeAll(async () => {
  world = await startWorld({
    servers: 9,
    database: 'postgres',
    daemons: 2,
    leaseSeconds,
    simulator: ['--latency', '20'],
  });
  [first, second] = world.daemons as [Daemon, Daemon]; // two were asked for
});
afterAll(() => world.stop());

async function beginCreation(daemon: Daemon, name: string, from: number): Promise<void> {
  await world.fleet.clearRequests();
  const servers = world.fleet.servers.slice(from, from + 3);
  const reply = await daemon.client('clusters_create', {
    headers: { prefer: 'respond-async' },
    body: {
      name,
      connection_url: servers[0]?.url ?? '',
      server_type: 'incus',
      server_names: servers.map((server) => server.name),
    },
  });
  expect(reply).toMatchObject({ kind: 'ok' });
}

const untilFinished = (daemon: Daemon, limitMs: number): Promise<void> =>
  until('the creation to finish', async () => (await lastOperation(daemon)).metadata.status === 'finished', limitMs);

const bodyOf = async (daemon: Daemon, path: string): Promise<unknown> =>
  (
    JSON.parse((await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined })).text) as {
      metadata: unknown;
    }
  ).metadata;

test('both show the same servers', async () => {
  expect(await listServers(second)).toHaveLength(9);
  const names = async (daemon: Daemon) =>
    (await listServers(daemon)).map(({ name, fingerprint }) => ({ name, fingerprint }));
  expect(await names(second)).toEqual(await names(first));
});

test('a daemon killed in the middle of a creation: the other one finishes it, and both show the same', async () => {
  await beginCreation(first, 'killed', 0);
  await untilRunning(first, 'await-member/server2');
  await first.kill();
  const killedAt = performance.now();
  await until('the other daemon to go on', async () =>
    (await world.fleet.requests()).some(({ path }) => path === '/1.0/projects'),
  );
  // The lease, a look at the queue, and what was left of the creation on two shared cores.
  await untilFinished(second, leaseSeconds * 1_000 + 20_000);
  process.stdout.write(`finished by the other ${Math.round(performance.now() - killedAt)} ms after the kill\n`);
  expect(findDoubled(await world.fleet.requests())).toEqual([]);
  await first.restart();
  for (const path of [
    '/1.0/operations?recursion=1',
    '/1.0/inventory/networks?recursion=1',
    '/1.0/inventory/profiles?recursion=1',
  ])
    expect(await bodyOf(first, path)).toEqual(await bodyOf(second, path));
  expect(await readOperations(first)).toHaveLength(1);
});

test('a daemon that is no copy of the first one is refused', async () => {
  const env = { ...process.env, OPERATIONS_CENTER_DIR: join(world.directory, 'stranger') };
  const url = 'postgres://nobody:hunter2@127.0.0.1:1/nothing';
  const bundle = join(world.directory, 'bundle');
  const from = { ...process.env, OPERATIONS_CENTER_DIR: first.directory };
  expect(await runProgram('operations-centerd', ['bundle', bundle], { env: from, timeoutMs: 20_000 })).toMatchObject({
    exit: 0,
  });
  const refused = await runProgram('operations-centerd', ['join', url, '--from', bundle], { env, timeoutMs: 20_000 });
  rmSync(bundle);
  expect(refused).toMatchObject({ exit: 1, stdout: '' });
  expect(refused.stderr).toContain('postgres://nobody:***@127.0.0.1:1/nothing (the URL) cannot be used');
});
