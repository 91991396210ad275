import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import type { SimulatedServer } from './simulated-fleet.ts';
import { type OperationFacts, readOperations, type Stage } from './story.ts';
import { type PageFiles, startWorld, until, type World, writePageFiles } from './world.ts';

/** A world in which one creation after the other is disturbed. */
export type Lane = World & Pick<Stage, 'files'> & { spare: SimulatedServer[]; name(): string };

/** Restarts of applications take 0.2 s: long enough to be seen, short enough for hundreds of points. */
const simulator = ['--key', 'p256', '--speed', '5'];

/** One certificate for all lanes: it is part of the name of its step. */
let pageFiles: Promise<PageFiles> | undefined;

export async function startLane(
  servers: number,
  options: Omit<Parameters<typeof startWorld>[0], 'servers' | 'simulator'> = {},
): Promise<Lane> {
  const world = await startWorld({ ...options, servers, simulator });
  let named = 0;
  return {
    ...world,
    files: await (pageFiles ??= writePageFiles(mkdtempSync(join(tmpdir(), 'oc-page-')))),
    spare: [...world.fleet.servers],
    name: () => `k${(named += 1)}`,
  };
}

/** The next servers; they stay spare until somebody takes them out. */
export function takeSet(lane: Lane, members: number): SimulatedServer[] {
  const set = lane.spare.slice(0, members);
  if (set.length < members) throw new Error('the fleet is too small for so many creations');
  return set;
}

/** With the two files of the user's page. */
export async function createCluster(
  { daemon, files }: Pick<Stage, 'daemon' | 'files'>,
  name: string,
  set: readonly SimulatedServer[],
): Promise<void> {
  const made = await daemon.client('clusters_create', {
    headers: { prefer: 'respond-async' },
    body: {
      name,
      connection_url: set[0]?.url ?? '',
      server_type: 'incus',
      server_names: set.map((server) => server.name),
      services_config: {
        lvm: { enabled: true },
        nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
      },
      application_seed_config: {
        config: { 'user.ui.title': 'My wonderful cluster' },
        certificates: [
          {
            type: 'client',
            name: 'my-client-cert',
            description: 'Client certificate for accessing the cluster',
            certificate: files.certificate.pem,
          },
        ],
      },
    },
  });
  if (made.kind === 'fault') throw new Error(`no creation of ${name}: ${JSON.stringify(made)}`);
}

export const isAtRest = (operation: OperationFacts | undefined): boolean =>
  ['finished', 'undone', 'left', 'needs_attention', 'paused'].includes(operation?.metadata.status ?? '');

/** The operation of this cluster, when it has come to rest. */
export async function awaitEnd(daemon: Daemon, cluster: string): Promise<OperationFacts> {
  let found: OperationFacts | undefined;
  await until(
    `the operation of ${cluster} to come to rest`,
    async () => {
      [found] = await readOperations(daemon, cluster);
      return isAtRest(found);
    },
    180_000,
  );
  if (found === undefined) throw new Error(`there is no operation of ${cluster}`);
  return found;
}

export const whyOf = ({ metadata: { status, failure, waits } }: OperationFacts): string =>
  [status, failure?.message ?? '', ...waits.map((wait) => `${wait.for}: ${wait.observed?.text ?? ''}`)].join('; ');

export async function failureOf(look: () => Promise<void>): Promise<string[]> {
  try {
    await look();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
