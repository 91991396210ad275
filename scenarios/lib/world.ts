import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCertificate } from '@operations-center/tls';
import type { Daemon } from './daemon.ts';
import { startDaemons } from './daemons.ts';
import { type SimulatedFleet, startFleet } from './simulated-fleet.ts';

/** Daemons and their fleet, in a directory and on addresses of their own. Everything ends with `stop`. */
export type World = {
  directory: string;
  /** The first one. */
  daemon: Daemon;
  /** All of them: more than one only on PostgreSQL. */
  daemons: readonly Daemon[];
  fleet: SimulatedFleet;
  stop(): Promise<void>;
};

/**
 * A loopback network that nobody uses, `127.143.7`: one a world, so that worlds stand beside each other, also those of
 * another run. Taken for granted once its first address is free.
 */
async function findFreeNetwork(): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const network = `127.${100 + randomInt(100)}.${randomInt(250)}`;
    if ((await isFree(`${network}.1`, 7443)) && (await isFree(`${network}.11`, 8443))) return network;
  }
  throw new Error('no free loopback network was found');
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  });

/** Starts daemons and `servers` simulated servers, and waits until all are registered and ready. */
export async function startWorld(options: {
  servers: number;
  simulator?: readonly string[];
  environment?: NodeJS.ProcessEnv;
  /** `--log-level DEBUG` */
  daemon?: readonly string[];
  /** `postgres`: a fresh database of this process' throw-away server. */
  database?: 'embedded' | 'postgres';
  /** So many on that PostgreSQL; the first makes the keys, the others join with its bundle. */
  daemons?: number;
  /** After how long silence a daemon is taken for dead; 15 unless told otherwise. */
  leaseSeconds?: number;
  /** Called with the directory of the world before anything starts there, and after everything ended. */
  prepare?: (directory: string) => void;
  cleanUp?: () => void;
}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-world-'));
  options.prepare?.(directory);
  const network = await findFreeNetwork();
  const daemons = await startDaemons({ ...options, directory, network });
  const [daemon] = daemons;
  if (daemon === undefined) throw new Error('a world needs a daemon');
  const token = await makeToken(daemon, options.servers + 10);
  mkdirSync(join(directory, 'fleet'));
  const fleet = await startFleet({
    directory: join(directory, 'fleet'),
    servers: options.servers,
    network: `${network}.0/24`,
    arguments: [
      '--operations-center',
      daemon.url,
      '--certificate',
      daemon.certificate,
      '--token',
      token,
      ...(options.simulator ?? []),
    ],
  });
  await awaitReady(
    daemon,
    fleet.servers.map((server) => server.name),
  );
  return {
    directory,
    daemon,
    daemons,
    fleet,
    async stop() {
      await Promise.all([...daemons.map((one) => one.stop()), fleet.stop()]);
      options.cleanUp?.();
      if (process.env['KEEP_WORLDS'] === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function makeToken(daemon: Daemon, uses: number): Promise<string> {
  const made = await daemon.client('tokens_create', {
    body: { uses_remaining: uses, expire_at: '2099-01-01T00:00:00Z' },
  });
  if (made.kind !== 'ok' || made.location === undefined) throw new Error(`no token: ${JSON.stringify(made)}`);
  return made.location.split('/').at(-1) ?? '';
}

export type ServerFacts = {
  name: string;
  server_status: string;
  cluster: string;
  fingerprint: string;
  connection_url: string;
};

export async function listServers(daemon: Daemon): Promise<ServerFacts[]> {
  const list = await daemon.client('servers_list', { query: { recursion: '1' } });
  if (list.kind !== 'ok') throw new Error(`no list of servers: ${JSON.stringify(list)}`);
  return list.metadata as unknown as ServerFacts[];
}

/** Looks until all these servers are ready. */
export function awaitReady(daemon: Daemon, names: readonly string[]): Promise<void> {
  return until(`${names.length} servers to be ready`, async () => {
    const ready = new Set(
      (await listServers(daemon)).filter((server) => server.server_status === 'ready').map((server) => server.name),
    );
    return names.every((name) => ready.has(name));
  });
}

/** Looks again and again until `look` says yes; a test has no other way to wait. */
export async function until(what: string, look: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await look())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await pause(15);
  }
}

/** The two files of the user's page, with a real certificate in place of its dots. */
export type PageFiles = {
  services: string;
  application: string;
  certificate: { pem: string; fingerprint: string; key: string };
};

export async function writePageFiles(directory: string, extra = ''): Promise<PageFiles> {
  const made = await makeCertificate({ commonName: 'me', usage: 'client' });
  const pem = made.certificate
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  const services = join(directory, 'services.yaml');
  const application = join(directory, 'application.yaml');
  writeFileSync(
    services,
    '---\nlvm:\n  enabled: true\n  # System ID is automatically determined by Operations Center during clustering.\n  # system_id: 0\n\n' +
      'nvme:\n  enabled: true\n  targets:\n    - transport: tcp\n      address: 192.168.1.100\n      port: 8009\n',
  );
  writeFileSync(
    application,
    '---\nconfig:\n  user.ui.title: "My wonderful cluster"\n\ncertificates:\n  - type: client\n    name: my-client-cert\n' +
      `    description: "Client certificate for accessing the cluster"\n    certificate: |\n${pem}\n${extra}`,
  );
  return {
    services,
    application,
    certificate: { pem: made.certificate, fingerprint: made.fingerprint, key: made.key },
  };
}
