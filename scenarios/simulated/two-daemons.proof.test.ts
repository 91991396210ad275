import { readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { resumePostgres, stopPostgres } from '@operations-center/database/testing/postgres';
import { makeCertificate } from '@operations-center/tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Daemon } from '../lib/daemon.ts';
import { findDoubled } from '../lib/doubled.ts';
import { runProgram } from '../lib/programs.ts';
import type { ReceivedRequest } from '../lib/simulated-fleet.ts';
import { lastOperation, readOperations, untilRunning } from '../lib/story.ts';
import { listServers, startWorld, until, type World } from '../lib/world.ts';

const leaseMs = 2_000;
/** Taking over: the lease, a look at the queue, and what was left of the creation on two shared cores. */
const takeOverMs = leaseMs + 20_000;
let world: World;
let first: Daemon;
let second: Daemon;
beforeAll(async () => {
  const options = { database: 'postgres', daemons: 2, leaseSeconds: leaseMs / 1_000 } as const;
  world = await startWorld({ ...options, servers: 9, simulator: ['--latency', '20'] });
  [first, second] = world.daemons as [Daemon, Daemon]; // two were asked for
});
afterAll(() => world.stop());

/** Asked of one daemon, and so begun by it. */
async function beginCreation(daemon: Daemon, name: string, from: number): Promise<void> {
  await world.fleet.clearRequests();
  const servers = world.fleet.servers.slice(from, from + 3);
  const server_names = servers.map((server) => server.name);
  const reply = await daemon.client('clusters_create', {
    headers: { prefer: 'respond-async' },
    body: { name, connection_url: servers[0]?.url ?? '', server_type: 'incus', server_names },
  });
  expect(reply).toMatchObject({ kind: 'ok' });
}

const untilFinished = (daemon: Daemon): Promise<void> =>
  until('the creation to finish', async () => (await lastOperation(daemon)).metadata.status === 'finished', takeOverMs);

async function bodyOf(daemon: Daemon, path: string): Promise<unknown> {
  const reply = await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  return (JSON.parse(reply.text) as { metadata: unknown }).metadata;
}

const changesOf = (requests: readonly ReceivedRequest[]): ReceivedRequest[] =>
  requests.filter(({ method }) => method !== 'GET');

test('both show the same servers, and say who they are', async () => {
  expect(await listServers(second)).toHaveLength(9);
  const names = async (daemon: Daemon) =>
    (await listServers(daemon)).map(({ name, fingerprint }) => [name, fingerprint]);
  expect(await names(second)).toEqual(await names(first));
  const shown = (await Promise.all([first, second].map((daemon) => bodyOf(daemon, '/1.0')))) as { daemon: string }[];
  expect(new Set(shown.map(({ daemon }) => daemon)).size).toBe(2);
});

test('a daemon killed in the middle of a creation: the other one finishes it, and both show the same', async () => {
  await beginCreation(first, 'killed', 0);
  await untilRunning(first, 'await-member/server2');
  await first.kill();
  const killedAt = performance.now();
  await untilFinished(second);
  process.stdout.write(`finished by the other ${Math.round(performance.now() - killedAt)} ms after the kill\n`);
  expect(findDoubled(await world.fleet.requests())).toEqual([]);
  await first.restart();
  const paths = ['operations', 'inventory/networks', 'inventory/profiles', 'provisioning/clusters'];
  for (const path of paths.map((one) => `/1.0/${one}?recursion=1`))
    expect(await bodyOf(first, path)).toEqual(await bodyOf(second, path));
  expect(await bodyOf(second, '/1.0/audit/:verify')).toMatchObject({ intact: true });
  const audit = (await bodyOf(first, '/1.0/audit')) as { entries: { daemon: string }[] };
  expect(audit).toEqual(await bodyOf(second, '/1.0/audit'));
  // What the killed one was asked, and what the other one then brought to an end.
  expect(new Set(audit.entries.map(({ daemon }) => daemon)).size).toBe(2);
  expect(await readOperations(first)).toHaveLength(1);
});

test('a daemon frozen for longer than its lease does nothing more once it wakes up', async () => {
  await beginCreation(first, 'frozen', 3);
  await untilRunning(first, 'await-member/server5');
  first.signal('SIGSTOP');
  await untilFinished(second);
  const before = await world.fleet.requests();
  first.signal('SIGCONT');
  await until('the frozen one to see it', async () =>
    readFileSync(first.log, 'utf8').includes('the operation was taken over by another runner'),
  );
  await pause(leaseMs / 2);
  const after = await world.fleet.requests();
  expect(changesOf(after)).toEqual(changesOf(before));
  expect(findDoubled(after)).toEqual([]);
  expect(await bodyOf(first, '/1.0/operations?recursion=1')).toEqual(
    await bodyOf(second, '/1.0/operations?recursion=1'),
  );
});

test('trust and settings changed through one daemon hold at the other at once', async () => {
  const guest = await makeCertificate({ commonName: 'me', usage: 'client' });
  const askSecond = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { certificate: cert, key } = guest;
      const url = `${second.url}/1.0/provisioning/servers`;
      request(url, { cert, key, rejectUnauthorized: false, agent: false }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      })
        .once('error', reject)
        .end();
    });
  expect(await askSecond()).toBe(401);
  const shown = await first.client('system_security_show');
  if (shown.kind !== 'ok') throw new Error(JSON.stringify(shown));
  const body = { ...shown.metadata, trusted_tls_client_cert_fingerprints: [guest.fingerprint] };
  expect(await first.client('system_security_update', { body })).toMatchObject({ kind: 'ok' });
  await until('the other one to trust it', async () => (await askSecond()) === 200, leaseMs / 2);
  expect(await second.client('system_security_update', { body: shown.metadata })).toMatchObject({ kind: 'ok' });
  await until(
    'the first one to know',
    async () => {
      const now = await first.client('system_security_show');
      return now.kind === 'ok' && now.metadata.trusted_tls_client_cert_fingerprints.length === 0;
    },
    leaseMs / 2,
  );
});

test('PostgreSQL restarted in the middle of a creation: requests are told so, nothing is lost, the creation finishes', async () => {
  await beginCreation(second, 'restarted', 6);
  await untilRunning(second, 'await-member/server8');
  await stopPostgres();
  for (const daemon of [first, second])
    expect(await daemon.client('servers_list')).toMatchObject({
      kind: 'fault',
      status: 503,
      code: 'database_unavailable',
    });
  await resumePostgres();
  await untilFinished(first);
  expect(findDoubled(await world.fleet.requests())).toEqual([]);
  expect(await listServers(second)).toHaveLength(9);
  expect((await readOperations(second)).map(({ metadata }) => metadata.status)).toEqual([
    'finished',
    'finished',
    'finished',
  ]);
});

test('a bundle joins no database but its own, and a password is not shown', async () => {
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

test('neither daemon has met a defect of its own', () => {
  for (const daemon of [first, second]) {
    const lines = readFileSync(daemon.log, 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('internal_error') || line.includes('by a defect of ours'))).toEqual([]);
    expect(lines.join('\n')).not.toContain('hunter2');
  }
});
