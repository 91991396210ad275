import { gunzipSync } from 'node:zlib';
import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { makeFaults } from './faults.ts';
import { makeIncusWorld } from './incus/world.ts';
import { SimulatedServer } from './simulated-server.ts';
import { askOs } from './testing.ts';

async function powered() {
  const clock = manualClock();
  const faults = makeFaults();
  const reached: boolean[] = [];
  const failures: string[] = [];
  const make = () => makeCertificate({ commonName: 'root@server1', dnsNames: ['server1'] });
  const world = makeIncusWorld({ clock, random: () => 0.5, faults, afterMs: (ms, run) => void clock.afterMs(ms, run) });
  const server: SimulatedServer = new SimulatedServer({
    seed: 'test',
    name: 'server1',
    address: '127.77.0.11',
    seeds: new Map(),
    certificate: await make(),
    freshCertificate: make,
    world,
    clock,
    faults,
    changed: () => void reached.push(server.isReachable()),
    registered: () => {},
    failed: (message) => void failures.push(message),
  });
  await server.boot();
  const client = await makeCertificate({ commonName: 'client' });
  server.incus.trust({ name: 'oc', certificate: client.certificate });
  return { clock, faults, server, client, reached, failures };
}

test('a reboot answers, goes away, and comes back with the staged OS', async () => {
  const { clock, server } = await powered();
  server.os.state.os_version_next = '202610010000';
  server.os.state.update.needs_reboot = true;
  expect((await askOs(server.os, 'POST', '/1.0/system/:reboot')).status).toBe(200);
  expect(server.isReachable()).toBe(true);
  await clock.advance(1_000);
  expect([server.isReachable(), server.status]).toEqual([false, 'off']);
  await clock.advance(10_000);
  expect([server.isReachable(), server.status]).toEqual([true, 'running']);
  expect((await askOs(server.os, 'GET', '/1.0')).metadata).toMatchObject({
    environment: { os_version: '202610010000', os_version_alternate: '202609010000', system_is_ready: true, uptime: 0 },
  });
  expect(server.os.state.update.needs_reboot).toBe(false);
});

test('powered off it stays away until somebody presses the button', async () => {
  const { clock, server } = await powered();
  await askOs(server.os, 'POST', '/1.0/system/:poweroff');
  await clock.advance(3_600_000);
  expect(server.isReachable()).toBe(false);
  server.start();
  await clock.advance(0);
  expect(server.isReachable()).toBe(true);
});

test('a backup restored gives back the trust and the state it was taken with', async () => {
  const { clock, server, client } = await powered();
  const backup = await askOs(server.os, 'POST', '/1.0/applications/incus/:backup');
  expect(backup).toMatchObject({ status: 200, headers: { 'content-type': 'application/gzip' } });
  const later = await makeCertificate({ commonName: 'later' });
  server.incus.trust({ name: 'later', certificate: later.certificate });
  expect((await askOs(server.os, 'POST', '/1.0/applications/incus/:restore', backup.body)).status).toBe(200);
  expect(server.isReachable()).toBe(true);
  await clock.advance(1_000);
  expect(server.isReachable()).toBe(false);
  await clock.advance(1_000);
  // Unpacking takes as long as it takes, whatever the clock says.
  await expect.poll(() => server.isReachable()).toBe(true);
  expect([server.incus.isTrusted(client.fingerprint), server.incus.isTrusted(later.fingerprint)]).toEqual([
    true,
    false,
  ]);
});

test('what is no archive is refused before anything is stopped', async () => {
  const { clock, server } = await powered();
  expect(await askOs(server.os, 'POST', '/1.0/applications/incus/:restore', 'not a gzip stream at all')).toMatchObject({
    status: 500,
    error: 'gzip: invalid header',
  });
  await clock.advance(10_000);
  expect(server.isReachable()).toBe(true);
});

test('a factory reset keeps the hardware and the seeds, and nothing else', async () => {
  const { clock, server, client } = await powered();
  const before = {
    fingerprint: server.certificate.fingerprint,
    machine_id: server.os.state.machine_id,
    uuid: server.os.identity.system_uuid,
  };
  await askOs(server.os, 'PUT', '/1.0/services/lvm', { config: { enabled: true, system_id: 7 } });
  const seeds = {
    network: {
      version: '1',
      interfaces: [{ name: 'mgmt', hwaddr: server.os.identity.mac(0), addresses: ['127.77.0.99/16'] }],
    },
  };
  expect((await askOs(server.os, 'POST', '/1.0/system/:factory-reset', { seeds })).status).toBe(200);
  await clock.advance(1_000);
  expect(server.isReachable()).toBe(false);
  await expect.poll(() => server.os.state.machine_id).not.toBe(before.machine_id);
  await clock.advance(10_000);
  await expect.poll(() => server.isReachable()).toBe(true);
  expect(server.address).toBe('127.77.0.99');
  expect(server.certificate.fingerprint).not.toBe(before.fingerprint);
  expect(server.os.identity.system_uuid).toBe(before.uuid);
  expect(server.incus.isTrusted(client.fingerprint)).toBe(false);
  expect((await askOs(server.os, 'GET', '/1.0/services/lvm')).metadata).toMatchObject({ config: { enabled: false } });
});

test('after a reset with Operations Center as provider it stays silent while that has no application for it', async () => {
  const { clock, server, failures } = await powered();
  const provider = { name: 'operations-center', config: { server_url: 'https://127.99.9.9:9', server_token: 'x' } };
  await askOs(server.os, 'POST', '/1.0/system/:factory-reset', { seeds: { provider } });
  await clock.advance(1_000);
  await expect.poll(() => server.os.state.applications.size).toBe(0);
  await clock.advance(10_000);
  // Five tries, a second apart, each refused.
  await expect
    .poll(async () => {
      await clock.advance(1_000);
      return failures;
    })
    .toContainEqual(expect.stringContaining('ECONNREFUSED'));
  expect([server.isReachable(), server.status]).toEqual([false, 'booting']);
});

test('the fault refuses-connections is all that is between it and its clients', async () => {
  const { faults, server } = await powered();
  faults.set({ name: 'refuses-connections', server: 'server1' });
  expect(server.isReachable()).toBe(false);
  faults.clear('refuses-connections', 'server1');
  expect(server.isReachable()).toBe(true);
});

test('a restore that lost its power leaves the server as it was, and in the way of every later one until a reset', async () => {
  const { clock, faults, server } = await powered();
  const restore = (body: Buffer | string) => askOs(server.os, 'POST', '/1.0/applications/incus/:restore', body);
  const backup = (await askOs(server.os, 'POST', '/1.0/applications/incus/:backup')).body;
  faults.set({ name: 'restore-cut', server: 'server1' });
  await restore(Buffer.from(backup));
  expect(server.status).toBe('off');
  faults.clear('restore-cut', 'server1');
  server.start();
  await clock.advance(0);
  expect(await restore(Buffer.from(backup))).toMatchObject({
    status: 500,
    error: 'mkdir /var/lib/incus.new: file exists',
  });
  await askOs(server.os, 'POST', '/1.0/system/:factory-reset', {});
  // The new certificate takes its time, which is not the clock's.
  const later = async () => (await clock.advance(1_000), server.status);
  await clock.advance(1_000);
  await expect.poll(later).toBe('running');
  expect((await restore(Buffer.from(backup))).status).toBe(200);
});

test('a backup may be torn, or too large to be sent back', async () => {
  const { faults, server } = await powered();
  const take = async () => gunzipSync((await askOs(server.os, 'POST', '/1.0/applications/incus/:backup')).body);
  const whole = await take();
  faults.set({ name: 'backup-large', server: 'server1' });
  expect((await take()).length).toBeGreaterThan(whole.length + 1_000_000);
  faults.clear('backup-large', 'server1');
  faults.set({ name: 'backup-torn', server: 'server1' });
  expect((await take()).includes(Buffer.alloc(1_000, 0xff))).toBe(true);
});
