import { isDeepStrictEqual } from 'node:util';
import type { InProcessDoor, SimulatedServer } from '../../packages/simulator/src/index.ts';

/** Reads a server as a trusted client sees it. */
export type Eyes = { get<T>(server: SimulatedServer, path: string): Promise<T> };

export function makeEyes(door: InProcessDoor, client: { certificate: string; fingerprint: string }): Eyes {
  return {
    async get<T>(server: SimulatedServer, path: string): Promise<T> {
      const [pathname = '', query = ''] = path.split('?');
      const { body } = await door.ask(server.address ?? '', {
        method: 'GET',
        path: pathname,
        query: new URLSearchParams(query),
        headers: {},
        body: Buffer.alloc(0),
        clientFingerprint: client.fingerprint,
        clientCertificatePem: client.certificate,
        signal: new AbortController().signal,
      });
      const { metadata } = JSON.parse(body.toString()) as { metadata: T };
      return metadata;
    },
  };
}

/** All of a server that a creation could change. */
const looks = [
  '/1.0/certificates',
  '/1.0/projects',
  '/1.0/storage-pools',
  '/1.0/networks',
  '/1.0/profiles?recursion=1',
  '/os/1.0/services/lvm',
  '/os/1.0/services/nvme',
];

type Shown = {
  auth: string;
  config: Record<string, string>;
  environment: { server_clustered: boolean; certificate_fingerprint: string };
};

async function standingOf(eyes: Eyes, server: SimulatedServer): Promise<unknown> {
  const { auth, config, environment } = await eyes.get<Shown>(server, '/1.0');
  const { server_clustered, certificate_fingerprint } = environment;
  const seen = await Promise.all(looks.map((path) => eyes.get(server, path)));
  return { auth, config, server_clustered, certificate_fingerprint, seen };
}

export const standingsOf = (eyes: Eyes, servers: readonly SimulatedServer[]): Promise<unknown[]> =>
  Promise.all(servers.map((server) => standingOf(eyes, server)));

/** Unclustered, trusting us, with the certificate and everything else they had. */
export async function checkNeverThere(
  eyes: Eyes,
  servers: readonly SimulatedServer[],
  before: readonly unknown[],
): Promise<void> {
  const after = await standingsOf(eyes, servers);
  for (const [index, server] of servers.entries()) {
    if (isDeepStrictEqual(after[index], before[index])) continue;
    throw new Error(
      `${server.name} is not as it was: ${JSON.stringify(after[index])} instead of ${JSON.stringify(before[index])}`,
    );
  }
}

type Member = { server_name: string; status: string };
type Lvm = { config: { enabled: boolean; system_id: number } };

/** The cluster of the user's page, whole. */
export async function checkCluster(eyes: Eyes, servers: readonly SimulatedServer[]): Promise<void> {
  const [first] = servers;
  if (first === undefined) throw new Error('no servers');
  const members = await eyes.get<Member[]>(first, '/1.0/cluster/members?recursion=1');
  same(
    'members',
    members.map(({ server_name, status }) => `${server_name} ${status}`).sort(),
    servers.map(({ name }) => `${name} Online`).sort(),
  );
  const { config } = await eyes.get<Shown>(first, '/1.0');
  same('title', config['user.ui.title'], 'My wonderful cluster');
  same('projects', await eyes.get(first, '/1.0/projects'), ['/1.0/projects/default', '/1.0/projects/internal']);
  same('pools', await eyes.get(first, '/1.0/storage-pools'), ['/1.0/storage-pools/local']);
  const networks = await eyes.get<string[]>(first, '/1.0/networks');
  for (const network of ['incusbr0', 'meshbr0']) same(network, networks.includes(`/1.0/networks/${network}`), true);
  const lvm = await Promise.all(servers.map((server) => eyes.get<Lvm>(server, '/os/1.0/services/lvm')));
  same(
    'lvm',
    lvm.every((one) => one.config.enabled),
    true,
  );
  same('lvm ids', new Set(lvm.map((one) => one.config.system_id)).size, servers.length);
}

function same(what: string, found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}
