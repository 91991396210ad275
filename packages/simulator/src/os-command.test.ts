import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { makeFaults } from './faults.ts';
import { labIncus } from './lab-incus.ts';
import { makeLabServer } from './lab-server.ts';
import { runOs, serveOs } from './os-command.ts';

let lab: string;
let open: Server[] = [];
beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), 'sim-lab-'));
});
afterEach(() => {
  for (const server of open) server.close();
  open = [];
  rmSync(lab, { recursive: true });
});

function ask(
  socketPath: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** A lab member without a daemon: its directory, and a script that writes down how it was called. */
async function member() {
  const directory = join(lab, 'm', '1', 'incus');
  mkdirSync(join(directory, 'database'), { recursive: true });
  mkdirSync(join(directory, 'guestapi'));
  const own = await makeCertificate({ commonName: 'root@server1', dnsNames: ['server1'] });
  writeFileSync(join(directory, 'server.crt'), own.certificate);
  writeFileSync(join(directory, 'server.key'), own.key);
  writeFileSync(join(directory, 'database', 'local.db'), 'before');
  const script = join(lab, 'lab.sh');
  writeFileSync(script, `#!/bin/sh\necho "$@" >> ${join(lab, 'calls')}\n`, { mode: 0o755 });
  const clock = manualClock();
  const said: string[] = [];
  const server = makeLabServer({
    name: 'server1',
    address: '127.0.0.1',
    seeds: new Map(),
    clock,
    faults: makeFaults(),
    incus: labIncus({ lab, member: '1', script }, clock),
    signal: new AbortController().signal,
    say: (message) => void said.push(message),
  });
  const socket = join(lab, 'os.socket');
  open.push(await serveOs(server.os, socket));
  return { clock, directory, own, said, server, socket, calls: () => readFileSync(join(lab, 'calls'), 'utf8') };
}

test('behind incusd’s proxy the URLs carry /os, on the bare socket they do not', async () => {
  const { socket } = await member();
  const metadata = async (headers: Record<string, string>) =>
    JSON.parse((await ask(socket, 'GET', '/1.0/applications', headers)).body.toString()).metadata;
  expect(await metadata({})).toEqual(['/1.0/applications/incus']);
  expect(await metadata({ 'x-incusos-proxy': '/os' })).toEqual(['/os/1.0/applications/incus']);
  expect(await metadata({ 'x-incusos-proxy': '/1.0/provisioning/servers/a, /os' })).toEqual([
    '/1.0/provisioning/servers/a/1.0/applications/incus',
  ]);
  expect((await ask(socket, 'GET', '/metrics')).status).toBe(200);
});

test('a backup is the directory without what belongs to the running daemon; restored, it replaces the directory', async () => {
  const { clock, directory, said, socket, calls } = await member();
  const backup = await ask(socket, 'POST', '/1.0/applications/incus/:backup');
  expect([backup.status, backup.body.readUInt16BE(0)]).toEqual([200, 0x1f8b]);
  writeFileSync(join(directory, 'database', 'local.db'), 'after');
  writeFileSync(join(directory, 'cluster.crt'), 'after');
  expect((await ask(socket, 'POST', '/1.0/applications/incus/:restore', {}, backup.body)).status).toBe(200);
  expect(readFileSync(join(directory, 'database', 'local.db'), 'utf8')).toBe('after');
  await clock.advance(1_000);
  await expect.poll(() => said).toEqual(['restore: done']);
  expect(calls()).toBe('stop 1\nstart 1\n');
  expect(readFileSync(join(directory, 'database', 'local.db'), 'utf8')).toBe('before');
  expect(() => readFileSync(join(directory, 'cluster.crt'))).toThrow('ENOENT');
  expect(() => readFileSync(join(directory, 'guestapi'))).toThrow('ENOENT');
});

test('what is no archive of Incus is refused and stops nothing', async () => {
  const { clock, socket, calls } = await member();
  const refused = await ask(socket, 'POST', '/1.0/applications/incus/:restore', {}, Buffer.from('nonsense'));
  expect(refused.status).toBe(500);
  const empty = join(lab, 'empty');
  mkdirSync(empty);
  const other = execFileSync('tar', ['-C', empty, '-czf', '-', '.']);
  const another = await ask(socket, 'POST', '/1.0/applications/incus/:restore', {}, other);
  expect(another.body.toString()).toContain('the archive holds no Incus directory');
  await clock.advance(10_000);
  expect(calls).toThrow('ENOENT');
  expect(readdirSync(join(lab, 'm', '1'))).toEqual(['incus']);
});

test('the certificate is the member’s own, and trusting goes through incusd’s socket; 409 is fine', async () => {
  const { directory, own, server } = await member();
  const incus = labIncus({ lab, member: '1', script: 'none' }, manualClock());
  expect(incus.certificate()?.fingerprint).toBe(own.fingerprint);
  const bodies: string[] = [];
  const answers = [201, 409, 403];
  const daemon = createServer((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    incoming.on('end', () => response.writeHead(answers.shift() ?? 500).end('{}'));
  });
  await new Promise<void>((resolve) => daemon.listen(join(directory, 'unix.socket'), resolve));
  open.push(daemon);
  await incus.trust({ name: 'oc', certificate: own.certificate });
  await incus.trust({ name: 'oc', certificate: own.certificate });
  await expect(incus.trust({ name: 'oc', certificate: own.certificate })).rejects.toThrow(
    'incusd refused the certificate: 403',
  );
  expect(JSON.parse(bodies[0] ?? '')).toEqual({
    type: 'client',
    name: 'oc',
    certificate: expect.stringMatching(/^MII/),
  });
  expect(server.os.state.provider.registered).toBe(false);
});

test.each([
  [{}, 'INCUS_OS_SOCKET is not set'],
  [{ INCUS_OS_SOCKET: '/x', INCUS_OS_LAB: '/lab' }, 'belong together'],
  [
    { INCUS_OS_SOCKET: '/x', INCUS_OS_LAB: '/lab', INCUS_OS_MEMBER: '../1', INCUS_OS_LAB_SCRIPT: 'x' },
    "the member's number is expected",
  ],
])('%j is explained', async (environment, message) => {
  await expect(runOs({}, environment)).rejects.toThrow(message);
});
