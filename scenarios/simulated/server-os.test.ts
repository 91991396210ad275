import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 2 });
});
afterAll(() => world.stop());

const os = (...words: string[]) => world.daemon.cli('provisioning', 'server', 'os', ...words);

test("a server's IncusOS is listed, shown and changed through the daemon", async () => {
  const listed = await os('service', 'list', 'server1:', '-f', 'csv');
  expect(listed.exit).toBe(0);
  expect(listed.stdout.split('\n')).toContain('lvm');
  const body = { config: { enabled: true, system_id: 7 } };
  const path = '/1.0/provisioning/servers/server1/os/1.0/services/lvm';
  const changed = await world.daemon.send({
    method: 'PUT',
    path,
    headers: {},
    body: JSON.stringify(body),
    signal: undefined,
  });
  expect(changed.status).toBe(200);
  const shown = await os('service', 'show', 'server1:lvm');
  expect(shown).toMatchObject({ exit: 0 });
  expect(shown.stdout).toContain('config:\n  enabled: true\n  system_id: 7\n');
  // The other server was not touched.
  expect((await os('service', 'show', 'server2:lvm')).stdout).toContain('enabled: false');
});

test('URLs in its answers lead back through the daemon', async () => {
  const ask = (path: string) =>
    world.daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  const list = await ask('/1.0/provisioning/servers/server1/os/1.0/services');
  const [first = ''] = (JSON.parse(list.text) as { metadata: string[] }).metadata;
  expect(first).toMatch(/^\/1\.0\/provisioning\/servers\/server1\/os\/1\.0\/services\//);
  expect((await ask(first)).status).toBe(200);
});

test('an application is backed up into a file, and put back', async () => {
  const file = join(world.directory, 'incus.tar.gz');
  const saved = await os('application', 'backup', 'server1:incus', file);
  expect(saved).toMatchObject({ exit: 0, stdout: '', stderr: expect.stringMatching(/^\d+ bytes written to /) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // It is a gzip tar that can be read to its end.
  expect(gunzipSync(readFileSync(file)).length % 512).toBe(0);
  expect(await os('application', 'backup', 'server1:incus', file)).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('is there already'),
  });
  expect(await os('application', 'restore', 'server1:incus', file, '--force')).toMatchObject({
    exit: 0,
    stdout: '',
    stderr: '',
  });
  const received = (await world.fleet.requests()).filter(({ path }) => path.endsWith('/:restore'));
  expect(received).toMatchObject([{ server: 'server1', method: 'POST', status: 200 }]);
  expect(await os('application', 'restore', 'server1:incus', '/nonexistent')).toMatchObject({ exit: 1 });
});

test('what IncusOS does not have, and a server that is off', async () => {
  expect(await os('service', 'show', 'server1:nope')).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('IncusOS of server1: not found'),
  });
  await world.fleet.press('server2', 'kill');
  expect(await os('show', 'server2:')).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('(server_os_failed)'),
  });
});
