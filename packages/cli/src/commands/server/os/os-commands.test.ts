import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Replay, type ReplayDaemon, refusal, startReplayDaemon, sync } from '../../../testing/replay-daemon.ts';
import { runWords } from '../../../testing/run-words.ts';

const os = ['provisioning', 'server', 'os'];
const prefix = '/1.0/provisioning/servers/server06/os/1.0';
const run = (daemon: ReplayDaemon, words: readonly string[], stdin?: string) =>
  runWords([...os, ...words], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
    ...(stdin === undefined ? {} : { stdin }),
  });

const application = {
  state: { initialized: true, friendly_version: '7.0', version: '202609010000' },
  config: {},
};
const network = {
  state: {
    interfaces: {
      eth0: { state: 'routable', addresses: ['127.77.0.16'], hwaddr: '10:66:6a:00:00:16', mtu: 1500, speed: '10000' },
    },
  },
  config: { time: { timezone: 'UTC' }, dns: { hostname: 'server06', domain: '' }, interfaces: [{ name: 'eth0' }] },
};
const answers: Record<string, unknown> = {
  '/1.0/provisioning/servers/server06': { name: 'server06' },
  [prefix]: { environment: { uptime: 1000, hostname: 'server06', os_version_next: '', system_is_ready: true } },
  [`${prefix}/applications/incus`]: application,
  [`${prefix}/services/lvm`]: { state: {}, config: { system_id: 0, enabled: false } },
  [`${prefix}/system/network`]: network,
  [`${prefix}/services`]: [`/1.0/provisioning/servers/server06/os/1.0/services/ceph`, '/os/1.0/services/lvm'],
};
const replay: Replay = ({ method, path }) =>
  method === 'GET' && !(path in answers) ? refusal(404, 'not found') : sync(answers[path] ?? {});

// What OC 0.8.1 printed for the same documents.
test.each<[string[], string]>([
  [
    ['show', 'server06:'],
    'environment:\n  hostname: server06\n  os_version_next: ""\n  system_is_ready: true\n  uptime: 1000\n',
  ],
  [
    ['application', 'show', 'server06:incus'],
    'config: {}\nstate:\n  friendly_version: "7.0"\n  initialized: true\n  version: "202609010000"\n',
  ],
  [['service', 'show', 'server06:lvm'], 'config:\n  enabled: false\n  system_id: 0\nstate: {}\n'],
  [
    ['service', 'show', 'server06:lvm', '-f', 'json'],
    '{\n    "config": {\n        "enabled": false,\n        "system_id": 0\n    },\n    "state": {}\n}\n',
  ],
  [
    ['system', 'network', 'show', 'server06'],
    'config:\n  dns:\n    domain: ""\n    hostname: server06\n  interfaces:\n    - name: eth0\n  time:\n    timezone: UTC\nstate:\n' +
      '  interfaces:\n    eth0:\n      addresses:\n        - 127.77.0.16\n      hwaddr: 10:66:6a:00:00:16\n      mtu: 1500\n' +
      '      speed: "10000"\n      state: routable\n',
  ],
  // OC prints whole URLs here, which no other command of it takes.
  [['service', 'ls', 'server06:', '-f', 'csv'], 'ceph\nlvm\n'],
])('%j', async (words, stdout) => {
  await using daemon = await startReplayDaemon(replay);
  expect(await run(daemon, words)).toEqual({ code: 0, stdout, stderr: '' });
});

const changes = (daemon: ReplayDaemon) =>
  daemon.received
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body }) => [method, path.replace(prefix, ''), body === '' ? undefined : JSON.parse(body)]);

test.each<[string[], string, unknown]>([
  [['system', 'reboot', 'server06:', '--force'], '/system/:reboot', undefined],
  [['service', 'reset', 'server06:lvm', '--force'], '/services/lvm/:reset', undefined],
  [['application', 'add', 'server06:', '-d', '{"name": "incus-ceph"}'], '/applications', { name: 'incus-ceph' }],
  [
    ['system', 'storage', 'delete', 'server06:', '-d', 'name: data', '--force'],
    '/system/storage/:delete-pool',
    { name: 'data' },
  ],
  [['application', 'restart', 'server06:incus'], '/applications/incus/:restart', undefined],
])('%j sends one POST', async (words, path, body) => {
  await using daemon = await startReplayDaemon(replay);
  expect(await run(daemon, words)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(changes(daemon)).toEqual([['POST', path, body]]);
});

test.each([
  ['application', 'factory-reset', 'server06:incus'],
  ['system', 'factory-reset', 'server06:'],
  ['system', 'reboot', 'server06:'],
])('%s %s %s: where nobody can answer, only --force goes on', async (...words) => {
  await using daemon = await startReplayDaemon(replay);
  const ran = await run(daemon, words);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(/with --force if it is meant\. +\(not_confirmed\)\n$/);
  expect(changes(daemon)).toEqual([]);
});

test.each([
  ['application', 'factory-reset', 'server9:incus'],
  ['system', 'factory-reset', 'server9:'],
  ['system', 'restore', 'server9:', 'backup.tar.gz'],
])('%s %s %s: that there is no such server is said before anybody is asked', async (...words) => {
  await using daemon = await startReplayDaemon(({ path }) =>
    refusal(
      404,
      'Not found',
      path.endsWith('/servers/server9') ? { code: 'server_not_found', details: { server: 'server9' } } : {},
    ),
  );
  const archive = join(daemon.folder, 'backup.tar.gz');
  writeFileSync(archive, 'x');
  const typed = words.map((word) => (word === 'backup.tar.gz' ? archive : word));
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords([...os, ...typed], { env, columns: 100, person: true, stdin: 'y\n' });
  expect(ran.stderr).toContain('there is no server "server9"');
  expect(ran.stderr).not.toContain('[y/N]');
});

test('edit replaces the configuration that stands under "config", numbers of any size as they are', async () => {
  await using daemon = await startReplayDaemon(replay);
  const shown = 'config:\n  enabled: true\n  system_id: 9007199254740993\nstate: {}\n';
  expect(await run(daemon, ['service', 'edit', 'server06:lvm'], shown)).toMatchObject({ code: 0, stderr: '' });
  expect(daemon.received.at(-1)?.body).toBe('{"config":{"enabled":true,"system_id":9007199254740993}}');
  const flat = await run(daemon, ['service', 'edit', 'server06:lvm'], 'enabled: true\n');
  expect(flat.code).toBe(1);
  expect(flat.stderr).toContain('stdin:1:1: enabled: there is no such key');
  expect(changes(daemon)).toHaveLength(1);
});

test.each<[string[], string]>([
  [['show'], 'which server is meant?'],
  [['show', 'server06:incus'], '"server06:incus" is more than a server'],
  [['service', 'show', 'lvm'], '"lvm" names no service of a server'],
  [['service', 'show', 'server06:'], '"server06:" names no service of a server'],
  [['system', 'reboot', ':'], 'which server is meant?'],
  [['system', 'backup', ':', 'file'], 'which server is meant?'],
  [['application', 'backup', 'incus', 'file'], '"incus" names no application of a server'],
])('%j is refused before anything is sent', async (words, message) => {
  await using daemon = await startReplayDaemon(replay);
  const ran = await run(daemon, words);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain(message);
  expect(ran.stderr).toContain('Write it like this: operations-center provisioning server os');
  expect(daemon.received).toEqual([]);
});

test.each([
  ['service', 'server1:lvm'],
  ['application', 'server1:incus'],
])('who types only a server is shown a %s of one', async (thing, shown) => {
  await using daemon = await startReplayDaemon(replay);
  expect((await run(daemon, [thing, 'show', 'server1'])).stderr).toContain(
    `provisioning server os ${thing} show ${shown}`,
  );
});

test("what IncusOS refuses is told as its word, what the daemon refuses as the daemon's", async () => {
  await using daemon = await startReplayDaemon(({ path }) =>
    path.includes('server06') ? refusal(404, 'not found') : refusal(404, 'Not found', { code: 'server_not_found' }),
  );
  const unknown = await run(daemon, ['service', 'show', 'server06:nope']);
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toMatch(
    /^Error: IncusOS of server06: not found\nThat is its own word; .* os show server06: +\(os_status_404\)\n$/,
  );
  expect((await run(daemon, ['show', 'other:'])).stderr).toContain('(server_not_found)');
});
