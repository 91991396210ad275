import { makeCertificate } from '@operations-center/tls';
import { type FleetCall, isMutating, readFleetCalls } from './fleet-calls.ts';
import { makeEyes } from './incus-eyes.ts';
import { dirPool, startLab } from './lab.ts';
import { addCluster, type Stage } from './story.ts';
import { startWorld, writePageFiles } from './world.ts';

/** What a creation asked of the servers, and what stands in it that is of this world alone. */
export type Recording = {
  calls: readonly FleetCall[];
  servers: readonly { name: string; url: string }[];
};

export const debug = ['--log-level', 'DEBUG'];

/** One of every kind of item beside what stands in the page, and the pool that both worlds can make. */
export async function oneOfEach(): Promise<string> {
  const { certificate } = await makeCertificate({ commonName: 'limited', usage: 'client' });
  const pem = certificate.trim().replaceAll('\n', '\n      ');
  return `  - type: client
    name: limited
    restricted: true
    projects: [team]
    certificate: |
      ${pem}

projects:
  - name: team
    description: A project with its own profiles
    config: {features.images: false}
networks:
  - name: teambr0
    type: bridge
    config: {ipv4.address: 10.99.0.1/24, ipv6.address: none}
storage_volumes:
  - name: shared
    pool: local
    description: One on each member
profiles:
  - name: web
    project: team
    description: For web servers
    config: {limits.cpu: 2}
    devices:
      eth0: {type: nic, network: teambr0}
cluster_groups:
  - name: front
    description: Two of three
    members: [server1, server3]
${dirPool}`;
}

/** The cluster of the user's page, and more, on three servers; the same files in both worlds. */
async function record({ daemon, servers }: Omit<Stage, 'files'>, directory: string): Promise<Recording> {
  const files = await writePageFiles(directory, await oneOfEach());
  await trustBefore(daemon, servers[0]?.url ?? '', files.certificate.pem);
  const added = await addCluster({ daemon, servers, files }, 'wonderful');
  if (added.exit !== 0) throw new Error(`no cluster was made: ${added.stderr}`);
  return { calls: readFleetCalls(daemon.log).filter(isMutating), servers };
}

/** The first server knows the page's certificate already, so that one is changed and the other one made. */
export async function trustBefore(daemon: Stage['daemon'], url: string, pem: string): Promise<void> {
  const eyes = makeEyes(daemon);
  const certificate = pem.replace(/-----[^-]+-----|\s/g, '');
  await eyes.change('POST', url, '/1.0/certificates', { name: 'before', type: 'client', certificate });
  await eyes.close();
}

export async function recordSimulated(): Promise<Recording> {
  const world = await startWorld({ servers: 3, daemon: debug });
  try {
    return await record({ daemon: world.daemon, servers: world.fleet.servers }, world.directory);
  } finally {
    await world.stop();
  }
}

export async function recordReal(): Promise<Recording> {
  const lab = await startLab({ members: 3, daemon: debug });
  try {
    return await record(lab, lab.directory);
  } finally {
    await lab.stop();
  }
}
