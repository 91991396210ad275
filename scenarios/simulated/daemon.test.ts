import { copyFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../lib/programs.ts';
import { addCluster, expectThePage, lastOperation, type Stage, untilRunning } from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 6, simulator: ['--latency', '20'] });
});
afterAll(() => world.stop());

const stageOf = async (from: number): Promise<Stage> => ({
  daemon: world.daemon,
  servers: world.fleet.servers.slice(from, from + 3),
  files: await writePageFiles(world.directory),
});

test('what the daemon keeps is its own, and the socket is for its group', () => {
  const { directory } = world.daemon;
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'unix.socket')).mode & 0o777).toBe(0o660);
  const open = readdirSync(directory).filter((name) => {
    const entry = statSync(join(directory, name));
    return entry.isFile() && (entry.mode & 0o077) !== 0;
  });
  expect(open).toEqual([]);
});

test('a second daemon on the same state is refused and told which process has it', async () => {
  const env = { ...process.env, OPERATIONS_CENTER_DIR: world.daemon.directory };
  const second = await runProgram('operations-centerd', [], { env, timeoutMs: 20_000 });
  expect(second.exit).toBe(1);
  expect(second.stderr).toMatch(/another operations-centerd \(process \d+\) uses /);
});

test('SIGTERM in the middle of a creation: it ends within five seconds, and goes on by itself when started again', async () => {
  const stage = await stageOf(0);
  const adding = addCluster(stage, 'wonderful');
  await untilRunning(world.daemon, 'await-member/server2');
  const asked = performance.now();
  await world.daemon.stop();
  expect(performance.now() - asked).toBeLessThan(5_000);
  await world.daemon.restart();
  // The command line waits for the daemon to come back and tells the end of it.
  expect(await adding).toMatchObject({ exit: 0 });
  await expectThePage(stage, 'wonderful');
});

test('a client that goes away changes nothing, and the same request again attaches to what runs', async () => {
  const stage = await stageOf(3);
  const body = {
    name: 'second',
    connection_url: stage.servers[0]?.url ?? '',
    server_type: 'incus',
    server_names: stage.servers.map((server) => server.name),
  };
  const gone = new AbortController();
  const first = world.daemon.client('clusters_create', { body, signal: gone.signal }).catch(() => 'gone');
  await until('the creation to begin', async () =>
    JSON.stringify(await lastOperation(world.daemon)).includes('second'),
  );
  gone.abort();
  expect(await first).toBe('gone');
  expect(await world.daemon.client('clusters_create', { body })).toMatchObject({
    kind: 'ok',
    location: '/1.0/provisioning/clusters/second',
  });
  expect((await lastOperation(world.daemon)).metadata.status).toBe('finished');
});

test('kill -9 leaves a socket behind; the next start replaces it', async () => {
  await world.daemon.kill();
  await world.daemon.restart();
  expect(await world.daemon.client('api_show')).toMatchObject({ kind: 'ok' });
});

test('another client.crt than the servers trust: no start, and the file and both fingerprints are named', async () => {
  await world.daemon.stop();
  const { directory } = world.daemon;
  const place = (name: string) => join(directory, name);
  for (const end of ['crt', 'key']) {
    copyFileSync(place(`client.${end}`), place(`kept.${end}`));
    copyFileSync(place(`server.${end}`), place(`client.${end}`));
  }
  const env = { ...process.env, OPERATIONS_CENTER_DIR: directory };
  const refused = await runProgram('operations-centerd', [], { env, timeoutMs: 20_000 });
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(/client\.crt has fingerprint [0-9a-f]{64}, but .* trust [0-9a-f]{64}/);
  for (const end of ['crt', 'key']) copyFileSync(place(`kept.${end}`), place(`client.${end}`));
  await world.daemon.restart();
});

test('an address that cannot be had is refused, and the settings are as before', async () => {
  const before = await world.daemon.client('system_network_show');
  const refused = await world.daemon.client('system_network_update', {
    body: { address: 'https://192.0.2.1:7443', rest_server_address: 'example.net:7443' },
  });
  expect(refused).toMatchObject({ kind: 'fault', status: 400, code: 'network_settings_invalid' });
  expect(await world.daemon.client('system_network_show')).toEqual(before);
});
