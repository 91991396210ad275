import { expect } from 'vitest';
import type { Daemon } from './daemon.ts';
import { type Eyes, makeEyes } from './incus-eyes.ts';
import type { PageFiles } from './world.ts';
import { listServers, until } from './world.ts';

/** What both worlds have: a daemon, servers that are registered and ready, and the files of the user's page. */
export type Stage = { daemon: Daemon; servers: readonly { name: string; url: string }[]; files: PageFiles };

type Member = { server_name: string; status: string };
type Lvm = { config: { enabled: boolean; system_id: number } };

/** `cluster add` with the page's files, in the user's own words. */
export const addCluster = (
  { daemon, servers, files }: Omit<Stage, 'files'> & { files: Pick<PageFiles, 'services' | 'application'> },
  name: string,
  names = servers.map((server) => server.name),
  more: readonly string[] = [],
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
    ...more,
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
  const artifacts = await daemon.client('artifacts_list', { params: { clusterName: name } });
  const names = ['inputs', 'plan', 'terraform-configuration'];
  expect(artifacts).toMatchObject({
    metadata: names.map((artifact) => `/1.0/provisioning/clusters/${name}/artifacts/${artifact}`),
  });
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

/** What a server is, as far as a creation could change it: compared before and after. */
export type Standing = {
  auth: string;
  clustered: boolean;
  fingerprint: string;
  addresses: Record<string, string | undefined>;
  /** URLs of the certificates that it trusts; a failed join leaves the joiner's in the first server's list. */
  trusts: string[];
  services: unknown[];
};

export async function standingsOf({ daemon, servers }: Stage): Promise<Map<string, Standing>> {
  const eyes = makeEyes(daemon);
  try {
    return new Map(
      await Promise.all(servers.map(async ({ name, url }) => [name, await standingOf(eyes, url)] as const)),
    );
  } finally {
    await eyes.close();
  }
}

type Shown = {
  auth: string;
  config: Record<string, string>;
  environment: { server_clustered: boolean; certificate_fingerprint: string };
};

async function standingOf(eyes: Eyes, url: string): Promise<Standing> {
  const { auth, config, environment } = await eyes.get<Shown>(url, '/1.0');
  const keys = ['core.https_address', 'cluster.https_address'];
  const services = await Promise.all(
    ['lvm', 'nvme'].map((name) => eyes.get<{ config: unknown }>(url, `/os/1.0/services/${name}`)),
  );
  const trusts = await eyes.get<string[]>(url, '/1.0/certificates');
  return {
    auth,
    trusts: trusts.sort(),
    clustered: environment.server_clustered,
    fingerprint: environment.certificate_fingerprint,
    addresses: Object.fromEntries(keys.map((key) => [key, config[key]])),
    services: services.map((service) => service.config),
  };
}

/** As if it had never been: no cluster, servers unclustered, trusting us, with the certificates and settings they had. */
export async function expectNeverThere(
  stage: Stage,
  name: string,
  before: ReadonlyMap<string, Standing>,
): Promise<void> {
  const { daemon, servers } = stage;
  expect(await daemon.client('cluster_show', { params: { name } })).toMatchObject({ kind: 'fault', status: 404 });
  const after = await standingsOf(stage);
  for (const standing of after.values()) expect(standing).toMatchObject({ auth: 'trusted', clustered: false });
  expect(after).toEqual(before);
  const rows = await listServers(daemon);
  expect(rows.filter((row) => servers.some((server) => server.name === row.name)).map((row) => row.cluster)).toEqual(
    servers.map(() => ''),
  );
}

export type OperationFacts = {
  id: string;
  err: string;
  metadata: {
    status: string;
    failure: { step: string; target: string | null; message: string } | null;
    steps: { key: string; state: string }[];
    warnings: { step: string; code: string; message: string }[];
    exits: string[];
    waits: { for: string; observed: { text: string } | null }[];
  };
};

/** Looks until this step runs. */
export const untilRunning = (daemon: Daemon, key: string): Promise<void> =>
  until(`step ${key} to run`, async () => {
    const operation = await lastOperation(daemon).catch(() => undefined);
    return operation?.metadata.steps.some((step) => step.key === key && step.state === 'running') ?? false;
  });

/** Looks until a step whose key begins so has begun, and is not over unless it was very quick. */
export const untilBegun = (daemon: Daemon, key: string): Promise<void> =>
  until(`a step ${key} to begin`, async () => {
    const operation = await lastOperation(daemon).catch(() => undefined);
    return operation?.metadata.steps.some((step) => step.key.startsWith(key) && step.state !== 'pending') ?? false;
  });

/** Newest first; of one cluster if it is named. */
export async function readOperations(daemon: Daemon, cluster?: string): Promise<OperationFacts[]> {
  const query = { recursion: '1', ...(cluster === undefined ? {} : { cluster }) } as const;
  const list = await daemon.client('operations_list', { query });
  if (list.kind !== 'ok') throw new Error(JSON.stringify(list));
  const all = Array.isArray(list.metadata) ? list.metadata : Object.values(list.metadata as object).flat();
  return (all as (OperationFacts & { created_at: string })[]).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

export async function lastOperation(daemon: Daemon): Promise<OperationFacts> {
  const [last] = await readOperations(daemon);
  if (last === undefined) throw new Error('there is no operation');
  return last;
}
