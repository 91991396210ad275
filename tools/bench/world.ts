import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../packages/tls/src/index.ts';
import { type Daemon, startDaemon } from '../../scenarios/lib/daemon.ts';
import { makeToken } from '../../scenarios/lib/world.ts';
import { pidOfDaemon } from './costs.ts';
import { type KeyPair, type LoadResult, runLoad } from './load.ts';
import type { Bench } from './row.ts';

export type MeasuredDaemon = {
  daemon: Daemon;
  pid: number;
  directory: string;
  identity: KeyPair;
  /** What ends with it, however a row ends. */
  parts: { stop(): Promise<void> }[];
  stop(): Promise<void>;
};

let used = 0;

/** A daemon on a state and a loopback network of its own, and who may ask it everything over TLS. */
export async function startMeasured(bench: Bench): Promise<MeasuredDaemon> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-bench-'));
  const listen = `127.${200 + (process.pid % 50)}.${(used += 1)}.1:7443`;
  const daemon = await startDaemon({
    directory: join(directory, 'daemon'),
    listen,
    environment: bench.daemonEnvironment,
  });
  const parts: MeasuredDaemon['parts'] = [];
  return {
    daemon,
    directory,
    parts,
    pid: pidOfDaemon(daemon.directory),
    identity: identityOf(daemon),
    async stop() {
      await Promise.all([daemon.stop(), ...parts.map((part) => part.stop())]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const identityOf = (daemon: Daemon): KeyPair => ({
  certificate: readFileSync(join(daemon.directory, 'client.crt'), 'utf8'),
  key: readFileSync(join(daemon.directory, 'client.key'), 'utf8'),
});

/** An address where connections are taken and nothing is ever said: polls of servers there cost next to nothing. */
export async function startSilence(): Promise<{ url: string; stop(): void }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    url: `https://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export async function makeIdentities(count: number): Promise<KeyPair[]> {
  const made: KeyPair[] = [];
  for (let index = 0; index < count; index += 1)
    made.push(await makeCertificate({ commonName: `server${index + 1}`, usage: 'both' }));
  return made;
}

/** Registers a server for each identity, `lanes` at once, over a new connection each, as IncusOS does. */
export async function registerAll(
  daemon: Daemon,
  identities: readonly KeyPair[],
  silence: string,
  lanes: number,
): Promise<LoadResult> {
  const token = await makeToken(daemon, identities.length);
  return runLoad({
    ...registrationJob(identities, silence),
    url: daemon.url,
    paths: [`/1.0/provisioning/servers?token=${token}`],
    lanes,
  });
}

export const registrationJob = (identities: readonly KeyPair[], silence: string) => ({
  identities,
  method: 'POST',
  bodies: identities.map((_, index) => ({
    name: `quiet${index + 1}`,
    connection_url: silence,
    system_uuid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    machine_id: String(index).padStart(32, '0'),
    public_connection_url: '',
    channel: '',
    description: '',
    properties: null,
  })),
  count: identities.length,
  fresh: true,
});
