import { setTimeout as pause } from 'node:timers/promises';
import type { MadeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { startTestServer, testCertificate } from '../../../fleet/test-server.ts';
import { plainDocuments, registration, type StandIn, startStandIn, startWorld, type World } from '../test-world.ts';

const path = '/1.0/provisioning/servers';
const stranger = await testCertificate('stranger');
const show = async (world: World, name = 'server1') =>
  (await world.ask('GET', `${path}/${name}`, world.admin)).body.metadata;
const warningTypes = async (world: World): Promise<string[]> =>
  (await world.ask('GET', '/1.0/warnings', world.admin)).body.metadata.map(({ type }: { type: string }) => type);

async function register(world: World, standIn: StandIn, name = 'server1'): Promise<void> {
  const token = await world.makeToken(1);
  const body = registration(name, { url: standIn.endpoint.url });
  await world.ask('POST', `${path}?token=${token}`, standIn.certificate, body);
}
const sayCause = (world: World, as: MadeCertificate | undefined, cause: string, connection_url = '') =>
  world.ask('PUT', `${path}/:self`, as, { connection_url, cause });

test('a server becomes ready by itself once it has booted, with all that it says of itself', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  standIn.state.ready = false;
  await register(world, standIn);
  await expect.poll(() => standIn.seen.length).toBeGreaterThan(1);
  expect(await show(world)).toMatchObject({ server_status: 'pending', server_status_detail: 'registering' });
  standIn.state.ready = true;
  await expect.poll(() => show(world), { timeout: 10_000 }).toMatchObject({ server_status: 'ready' });
  expect(await show(world)).toMatchObject({
    server_type: 'incus',
    server_status_detail: '',
    system_state_is_trusted: true,
    hardware_data: plainDocuments.hardware,
    os_data: {
      network: plainDocuments.network,
      security: plainDocuments.security,
      storage: plainDocuments.storage,
    },
    version_data: { os: { version: '202609010000', needs_update: false }, applications: [{ name: 'incus' }] },
  });
  expect(standIn.seen.every(({ clientFingerprint }) => clientFingerprint === world.client.fingerprint)).toBe(true);
});

test('a server of another daemon is not looked at here, and what was seen of one that went to another is not recorded', async () => {
  let isMine = false;
  await using world = await startWorld({ shares: { isMine: () => isMine, grip: () => async () => false } });
  await using standIn = await startStandIn();
  await register(world, standIn);
  await pause(500);
  expect(standIn.seen).toEqual([]);
  isMine = true;
  await expect.poll(() => standIn.seen.length, { timeout: 5_000 }).toBeGreaterThan(5);
  expect(await show(world)).toMatchObject({ server_status: 'pending' });
  // Asked for by a person, it is asked by whoever was asked.
  await world.ask('POST', `${path}/server1/:resync`, world.admin);
  expect(await show(world)).toMatchObject({ server_status: 'ready' });
});

test('secrets of a server are sealed in the database', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  const [row] = await world.database.rows<{ os_data: string }>('select os_data from server_documents');
  expect(row?.os_data).toContain('sealed:v1:');
  expect(row?.os_data).not.toContain('secret');
});

test('a full poll that finds nothing new writes nothing', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  const rows = () => world.database.rows('select s.*, d.* from servers s join server_documents d using (name)');
  const before = await rows();
  expect((await world.ask('POST', `${path}/server1/:resync`, world.admin)).status).toBe(200);
  expect(await rows()).toEqual(before);
  standIn.state.documents = { ...plainDocuments, hardware: { cpu: { architecture: 'aarch64' } } };
  await world.ask('POST', `${path}/server1/:resync`, world.admin);
  expect(await show(world)).toMatchObject({ hardware_data: { cpu: { architecture: 'aarch64' } } });
});

test('a server that goes away is offline with a reason and a warning, and comes back by itself', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  standIn.state.status = 403;
  world.clock.advance(26_000);
  await expect
    .poll(() => show(world), { timeout: 5_000 })
    .toMatchObject({
      server_status: 'offline',
      server_status_detail: 'unresponsive',
      server_status_reason: expect.stringContaining('403'),
    });
  expect(await warningTypes(world)).toEqual(['Server unreachable']);
  expect(await world.ask('POST', `${path}/server1/:resync`, world.admin)).toMatchObject({
    status: 502,
    body: { code: 'server_poll_failed' },
  });
  standIn.state.status = 200;
  world.clock.advance(11_000);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  expect(await show(world)).not.toHaveProperty('server_status_reason');
  expect(await warningTypes(world)).toEqual([]);
});

test('another certificate than its own or its cluster’s is shown with both fingerprints, and never trusted', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  standIn.show(stranger);
  const asked = standIn.seen.length;
  world.clock.advance(26_000);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'offline' });
  const { server_status_reason: reason } = await show(world);
  expect(reason).toMatch(/^certificate_changed: /);
  expect(reason).toContain(stranger.fingerprint);
  expect(reason).toContain(standIn.certificate.fingerprint);
  expect(standIn.seen).toHaveLength(asked);
  // Its own word, with its own certificate, does not make the other one trusted.
  await sayCause(world, standIn.certificate, 'system-is-ready');
  expect(await show(world)).toMatchObject({ server_status: 'offline' });

  await world.database.write('test', (tx) =>
    world.servers.service.setClusterCertificate(tx, ['server1'], stranger.fingerprint),
  );
  world.servers.service.nudge(['server1']);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
});

test('while a cluster is formed with a server, its status does not flap', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  await world.database.write('test', (tx) => world.servers.service.setForming(tx, ['server1'], 'c'));
  standIn.show(stranger);
  const made = standIn.made();
  world.clock.advance(26_000);
  await expect.poll(() => standIn.made(), { timeout: 5_000 }).toBeGreaterThan(made);
  expect((await world.ask('POST', `${path}/server1/:resync`, world.admin)).status).toBe(502);
  expect(await show(world)).toMatchObject({ server_status: 'ready' });
  expect(await warningTypes(world)).toEqual([]);
});

test('another update channel than ours is a warning until it is ours', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  standIn.state.updateChannel = 'daily';
  await register(world, standIn);
  await expect.poll(() => show(world), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  expect(await warningTypes(world)).toEqual(['Update channel mismatch']);
  standIn.state.updateChannel = 'stable';
  await world.ask('POST', `${path}/server1/:resync`, world.admin);
  expect(await warningTypes(world)).toEqual([]);
});

test.each([
  ['garbage', 'not json at all'],
  ['a page', '<html><body>Welcome</body></html>'],
  ['nothing', ''],
  ['the wrong shape', '{"type":"sync","metadata":{"environment":7}}'],
])('a server that answers %s stays pending, and the daemon lives', async (_, answer) => {
  await using world = await startWorld();
  await using odd = await startOdd(answer);
  const body = registration('server1', { url: odd.endpoint.url });
  await world.ask('POST', `${path}?token=${await world.makeToken(1)}`, odd.certificate, body);
  const reply = await world.ask('POST', `${path}/server1/:resync`, world.admin);
  expect(reply).toMatchObject({ status: 502, body: { code: 'server_poll_failed' } });
  expect(await show(world)).toMatchObject({ server_status: 'pending' });
});

async function startOdd(answer: string) {
  const certificate = await testCertificate('odd');
  const server = await startTestServer(certificate, (_, response) => response.end(answer));
  return Object.assign(server, { certificate });
}

test('what a server says of itself, by cause', async () => {
  await using world = await startWorld({ polling: false });
  await using standIn = await startStandIn();
  await register(world, standIn);
  const me = standIn.certificate;
  const standing = async () => {
    const { server_status, server_status_detail, connection_url } = await show(world);
    return [server_status, server_status_detail, connection_url];
  };
  const url = standIn.endpoint.url;
  const say = async (cause: string, connection_url = '') => {
    expect(await sayCause(world, me, cause, connection_url)).toMatchObject({ status: 200, body: { metadata: {} } });
    return standing();
  };
  expect(await say('system-is-ready')).toEqual(['pending', 'registering', url]);
  await world.ask('POST', `${path}/server1/:resync`, world.admin);
  expect(await standing()).toEqual(['ready', '', url]);
  expect(await say('system-reboot-triggered')).toEqual(['offline', 'rebooting', url]);
  expect(await say('system-is-ready')).toEqual(['ready', '', url]);
  expect(await say('system-shutdown-triggered')).toEqual(['offline', 'shut down', url]);
  expect(await say('never-heard-of')).toEqual(['offline', 'shut down', url]);
  expect(await say('system-is-ready', 'https://127.0.0.1:7')).toEqual(['ready', '', url]);
  expect(await say('network-config-changed', 'https://127.0.0.1:7')).toEqual(['ready', '', 'https://127.0.0.1:7']);
  expect(await say('', 'https://127.0.0.1:8')).toEqual(['ready', '', 'https://127.0.0.1:8']);
  expect(await say('network-config-changed')).toEqual(['ready', '', 'https://127.0.0.1:8']);
  for (const nobody of [undefined, stranger, world.admin]) {
    expect(await sayCause(world, nobody, 'system-is-ready')).toMatchObject({ status: 403 });
  }
  expect(await sayCause(world, me, '', 'ftp://x')).toMatchObject({ status: 400, body: { code: 'server_invalid' } });
});
