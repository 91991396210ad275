import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '../lib/daemon.ts';
import { type SimulatedFleet, startFleet } from '../lib/simulated-fleet.ts';
import { type Identity, makeReplay, type Replay } from './replay.ts';

/** A daemon on an empty directory, without servers: where the recordings begin. */
export type Situation = {
  daemon: Daemon;
  replay: Replay;
  /** `127.220.0`, where the recordings have 127.77.0. */
  network: string;
  /** Starts server01 to server06, which register themselves. */
  startServers(token: string): Promise<SimulatedFleet>;
  stop(): Promise<void>;
};

export async function startSituation(): Promise<Situation> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-recorded-'));
  const network = `127.${220 + (process.pid % 30)}.0`;
  const listen = `${network}.1:7443`;
  const daemon = await startDaemon({ directory: join(directory, 'daemon'), listen, listenLater: true });
  const identities = async (name: string): Promise<Identity> => readIdentity(directory, name);
  let fleet: SimulatedFleet | undefined;
  return {
    daemon,
    replay: makeReplay({ daemon, network, listen, identities }),
    network,
    async startServers(token) {
      mkdirSync(join(directory, 'fleet'));
      const registration = ['--operations-center', daemon.url, '--certificate', daemon.certificate, '--token', token];
      fleet = await startFleet({
        directory: join(directory, 'fleet'),
        servers: 6,
        network: `${network}.0/24`,
        arguments: ['--name-prefix', 'server0', ...registration],
      });
      return fleet;
    },
    async stop() {
      await Promise.all([daemon.stop(), fleet?.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The key of a simulated server, from the cache in which its simulator keeps them. */
function readIdentity(directory: string, name: string): Identity {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(directory, 'cache'), 'operations-center', 'simulator');
  const lines = readdirSync(cache).flatMap((file) => readFileSync(join(cache, file), 'utf8').trim().split('\n'));
  // One certificate with its key a line; the seed is the one of this fleet, so a label is there once.
  const kept = lines.map((line) => JSON.parse(line) as Identity & { label: string });
  const found = kept.find(({ label }) => label === name);
  if (found === undefined) throw new Error(`the simulator keeps no key of ${name}`);
  return found;
}
