import { makeCertificate } from '../../packages/tls/src/index.ts';
import type { LabMember } from '../../scenarios/lib/lab.ts';
import { at, type BareClient, type BareReply, joinTokenOf, makeBareClient } from './bare-client.ts';
import type { KeyPair } from './load.ts';

/**
 * The same cluster by bare REST: the page's services, addresses, bootstrap, joins one after the other, pool and networks
 * beside each other, volumes, profile, per-server config, title and certificate. Nothing is checked before, kept, or
 * taken back. Returns the milliseconds.
 */
export async function createByBareRest(members: readonly LabMember[], identity: KeyPair): Promise<number> {
  const [first] = members;
  if (first === undefined) throw new Error('no members');
  const client = makeBareClient(identity);
  const { certificate } = await makeCertificate({ commonName: 'me', usage: 'client' });
  const started = performance.now();
  try {
    await configureServers(client, members);
    await formCluster(client, first, members);
    await applyDefaults(client, first, members);
    await change(client, first.url, '/1.0', (config) => ({ ...config, 'user.ui.title': 'My wonderful cluster' }));
    await must(client, first.url, 'POST', '/1.0/certificates', {
      type: 'client',
      name: 'my-client-cert',
      description: 'Client certificate for accessing the cluster',
      certificate: certificate.replace(/-----[^-]+-----|\s/g, ''),
    });
    return performance.now() - started;
  } finally {
    client.close();
  }
}

async function configureServers(client: BareClient, members: readonly LabMember[]): Promise<void> {
  for (const { url } of members) {
    const address = new URL(url).host;
    await change(client, url, '/1.0', (config) => ({
      ...config,
      'core.https_address': address,
      'cluster.https_address': address,
    }));
  }
  const nvme = { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] };
  for (const [index, { url }] of members.entries()) {
    const lvm = { enabled: true, system_id: index + 1 };
    await must(client, url, 'PUT', '/os/1.0/services/lvm', { config: lvm });
    await must(client, url, 'PUT', '/os/1.0/services/nvme', { config: nvme });
  }
}

async function formCluster(client: BareClient, first: LabMember, members: readonly LabMember[]): Promise<void> {
  await must(client, first.url, 'PUT', '/1.0/cluster', { server_name: first.name, enabled: true });
  const own = await must(client, first.url, 'GET', '/1.0');
  const cluster_certificate = at(own.json, 'metadata', 'environment', 'certificate');
  const joiners = members.slice(1);
  const tokens = [];
  for (const { name } of joiners)
    tokens.push(joinTokenOf(await client.call(first.url, 'POST', '/1.0/cluster/members', { server_name: name })));
  for (const [index, { name, url }] of joiners.entries()) {
    const join = await client.call(url, 'PUT', '/1.0/cluster', {
      server_name: name,
      enabled: true,
      server_address: new URL(url).host,
      cluster_address: tokens[index]?.address,
      cluster_certificate,
      cluster_token: tokens[index]?.token,
      member_config: [],
    });
    await finish(client, url, join);
  }
}

/** What a creation adds where the application file is silent. */
async function applyDefaults(client: BareClient, first: LabMember, members: readonly LabMember[]): Promise<void> {
  const post = (path: string, body: unknown) => must(client, first.url, 'POST', path, body);
  const everywhere = async (path: string, pending: object, final: object): Promise<void> => {
    for (const { name } of members) await post(`${path}?target=${name}`, pending);
    await post(path, final);
  };
  const flags = { 'features.networks': 'false', 'features.images': 'false', 'features.storage.volumes': 'false' };
  await post('/1.0/projects', {
    name: 'internal',
    description: 'Internal project to isolate fully managed resources.',
    config: { ...flags, 'features.profiles': 'true' },
  });
  const [pool, bridge, mesh] = [
    { name: 'local', driver: 'dir', config: {} },
    { name: 'incusbr0', type: 'bridge', config: {} },
    { name: 'meshbr0', type: 'bridge', config: { 'tunnel.mesh.interface': 'eth1' } },
  ];
  await Promise.all([
    everywhere('/1.0/storage-pools', pool, pool),
    everywhere('/1.0/networks', bridge, { ...bridge, description: 'Local network bridge (NAT)' }),
    everywhere('/1.0/networks', mesh, { name: 'meshbr0', type: 'bridge', config: meshConfig }),
  ]);
  const volumes = ['backups', 'images', 'logs'].flatMap((name) => members.map((member) => ({ name, member })));
  await Promise.all(
    volumes.map(({ name, member }) =>
      post(`/1.0/storage-pools/local/volumes/custom?target=${member.name}`, {
        name,
        content_type: 'filesystem',
        config: {},
      }),
    ),
  );
  await must(client, first.url, 'PUT', '/1.0/profiles/default', { config: {}, description: '', devices });
  for (const { name } of members)
    await change(client, first.url, `/1.0?target=${name}`, (config) => ({ ...config, ...volumeKeys }));
}

const meshConfig = {
  'ipv4.address': 'none',
  'ipv6.address': 'fd42:1234:5678:9abc::1/64',
  'ipv6.nat': 'true',
  'tunnel.mesh.id': '1000',
  'tunnel.mesh.protocol': 'vxlan',
};
const devices = {
  root: { type: 'disk', path: '/', pool: 'local' },
  eth0: { type: 'nic', network: 'incusbr0' },
};
const volumeKeys = {
  'storage.backups_volume': 'local/backups',
  'storage.images_volume': 'local/images',
  'storage.logs_volume': 'local/logs',
};

type Config = Record<string, unknown>;

async function change(client: BareClient, url: string, path: string, to: (config: Config) => Config): Promise<void> {
  const now = at((await must(client, url, 'GET', path)).json, 'metadata', 'config');
  await must(client, url, 'PUT', path, { config: to(typeof now === 'object' && now !== null ? { ...now } : {}) });
}

/** One call and the end of its operation. */
async function must(client: BareClient, url: string, method: string, path: string, body?: unknown): Promise<BareReply> {
  const reply = await client.call(url, method, path, body);
  if (reply.status >= 300)
    throw new Error(`floor: ${method} ${path}: ${reply.status} ${String(reply.json?.['error'])}`);
  await finish(client, url, reply);
  return reply;
}

async function finish(client: BareClient, url: string, reply: BareReply): Promise<void> {
  const operation = reply.json?.['operation'];
  if (reply.status !== 202 || typeof operation !== 'string') return;
  const done = await client.call(url, 'GET', `${operation}/wait?timeout=120`);
  if (at(done.json, 'metadata', 'status_code') !== 200)
    throw new Error(`floor: ${operation}: ${String(at(done.json, 'metadata', 'err'))}`);
}
