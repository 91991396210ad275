import { expect } from 'vitest';
import type { Daemon } from './daemon.ts';
import { makeEyes } from './incus-eyes.ts';
import type { PageFiles } from './world.ts';
import { listServers, until } from './world.ts';

/** What both worlds have: a daemon, servers that are registered and ready, and the files of the user's page. */
export type Stage = { daemon: Daemon; servers: readonly { name: string; url: string }[]; files: PageFiles };

type Member = { server_name: string; status: string };
type Lvm = { config: { enabled: boolean; system_id: number } };

/** `cluster add` with the page's files, in the user's own words. */
export const addCluster = (
  { daemon, servers, files }: Stage,
  name: string,
  names = servers.map((server) => server.name),
) =>
  daemon.cli(
    'provisioning',
    'cluster',
    'add',
    name,
    servers[0]?.url ?? '',
    `--server-names=${names.join(',')}`,
    `--services-config=${files.services}`,
    `--application-seed-config=${files.application}`,
  );

/** The cluster of the user's page stands: looked at from both ends, through us and on the servers themselves. */
export async function expectThePage({ daemon, servers, files }: Stage, name: string): Promise<void> {
  const eyes = makeEyes(daemon);
  const [first] = servers;
  if (first === undefined) throw new Error('no servers');
  try {
    const members = await eyes.get<Member[]>(first.url, '/1.0/cluster/members?recursion=1');
    expect(members.map((member) => `${member.server_name} ${member.status}`).sort()).toEqual(
      servers.map((server) => `${server.name} Online`).sort(),
    );
    const { config } = await eyes.get<{ config: Record<string, string> }>(first.url, '/1.0');
    expect(config['user.ui.title']).toBe('My wonderful cluster');
    const trusted = await eyes.get<string[]>(first.url, '/1.0/certificates');
    expect(trusted).toContain(`/1.0/certificates/${files.certificate.fingerprint}`);
    const lvm = await Promise.all(servers.map((server) => eyes.get<Lvm>(server.url, '/os/1.0/services/lvm')));
    expect(lvm.map(({ config: { enabled } }) => enabled)).toEqual(servers.map(() => true));
    expect(new Set(lvm.map(({ config: { system_id } }) => system_id)).size).toBe(servers.length);
  } finally {
    await eyes.close();
  }
  // The certificate of the file opens the door.
  const guest = makeEyes(daemon, { certificate: files.certificate.pem, key: files.certificate.key });
  expect((await guest.get<{ auth: string }>(first.url, '/1.0')).auth).toBe('trusted');
  await guest.close();
  await expectInventory(daemon, name, servers.length);
  const clusters = await daemon.client('cluster_show', { params: { name } });
  expect(clusters).toMatchObject({ kind: 'ok', metadata: { name, status: 'ready' } });
}

/** What a new cluster of n servers holds. */
export async function expectInventory(daemon: Daemon, cluster: string, n: number): Promise<void> {
  const count = async (path: string): Promise<string[]> => {
    const reply = await daemon.send({
      method: 'GET',
      path: `/1.0/inventory/${path}?recursion=1&cluster=${cluster}`,
      headers: {},
      body: undefined,
      signal: undefined,
    });
    return (JSON.parse(reply.text) as { metadata: { name: string }[] }).metadata.map((object) => object.name).sort();
  };
  expect(await count('networks')).toEqual(['incusbr0', 'meshbr0']);
  expect(await count('storage_pools')).toEqual(['local']);
  expect(await count('projects')).toEqual(['default', 'internal']);
  expect(await count('profiles')).toEqual(['default', 'default']);
  expect((await count('storage_volumes')).filter((name) => ['backups', 'images', 'logs'].includes(name))).toHaveLength(
    3 * n,
  );
}

/** As if it had never been: no cluster, servers unclustered, trusting us, with the certificates they had. */
export async function expectNeverThere(
  { daemon, servers }: Stage,
  name: string,
  fingerprints: ReadonlyMap<string, string>,
): Promise<void> {
  expect(await daemon.client('cluster_show', { params: { name } })).toMatchObject({ kind: 'fault', status: 404 });
  const eyes = makeEyes(daemon);
  try {
    for (const server of servers) {
      const seen = await eyes.get<{
        auth: string;
        environment: { server_clustered: boolean; certificate_fingerprint: string };
      }>(server.url, '/1.0');
      expect([server.name, seen.auth, seen.environment.server_clustered]).toEqual([server.name, 'trusted', false]);
      expect([server.name, seen.environment.certificate_fingerprint]).toEqual([
        server.name,
        fingerprints.get(server.name),
      ]);
    }
  } finally {
    await eyes.close();
  }
  const rows = await listServers(daemon);
  expect(rows.filter((row) => servers.some((server) => server.name === row.name)).map((row) => row.cluster)).toEqual(
    servers.map(() => ''),
  );
}

export async function fingerprintsOf({ daemon, servers }: Stage): Promise<Map<string, string>> {
  const eyes = makeEyes(daemon);
  const found = await Promise.all(
    servers.map(async (server) => [server.name, await eyes.fingerprint(server.url)] as const),
  );
  await eyes.close();
  return new Map(found);
}

export type OperationFacts = {
  id: string;
  err: string;
  metadata: {
    status: string;
    failure: { step: string; target: string | null; message: string } | null;
    steps: { key: string; state: string }[];
    warnings: { step: string; code: string; message: string }[];
    waits: { for: string; observed: { text: string } | null }[];
  };
};

/** Looks until this step runs. */
export const untilRunning = (daemon: Daemon, key: string): Promise<void> =>
  until(`step ${key} to run`, async () => {
    const operation = await lastOperation(daemon).catch(() => undefined);
    return operation?.metadata.steps.some((step) => step.key === key && step.state === 'running') ?? false;
  });

export async function readOperations(daemon: Daemon): Promise<OperationFacts[]> {
  const list = await daemon.client('operations_list', { query: { recursion: '1' } });
  if (list.kind !== 'ok') throw new Error(JSON.stringify(list));
  const all = Array.isArray(list.metadata) ? list.metadata : Object.values(list.metadata as object).flat();
  return (all as (OperationFacts & { created_at: string })[]).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

export async function lastOperation(daemon: Daemon): Promise<OperationFacts> {
  const [last] = await readOperations(daemon);
  if (last === undefined) throw new Error('there is no operation');
  return last;
}
