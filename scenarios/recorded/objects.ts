import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { Daemon } from '../lib/daemon.ts';

/** A member of a cluster: its Incus is asked as an administrator would, with the daemon's certificate. */
export type Member = { name: string; url: string };

const rootDisk = { root: { type: 'disk', path: '/', pool: 'local' } };
const image = { type: 'image', mode: 'pull', server: 'https://images.example.net', protocol: 'simplestreams' };

/** The objects that the Incus behind the recordings held, one of each kind, as far as a POST can say it. */
const objectsOf = ([first, second = first]: readonly [Member, ...Member[]]): [path: string, body: object][] => [
  ['/1.0/images', { auto_update: true, source: { ...image, alias: 'alpine/3.22' }, filename: 'alpine.tar.xz' }],
  ['/1.0/profiles?project=blue', { name: 'small', description: 'Two processors', config: { 'limits.cpu': '2' } }],
  [`/1.0/instances?target=${first.name}`, instance('c1', 'container')],
  [`/1.0/instances?target=${second.name}`, instance('v1', 'virtual-machine')],
  [`/1.0/instances?project=blue&target=${first.name}`, instance('c2', 'container')],
  [
    '/1.0/network-acls',
    {
      name: 'acl01',
      description: 'An ACL',
      ingress: [
        {
          action: 'allow',
          source: '10.0.0.0/8',
          protocol: 'tcp',
          destination_port: '22',
          description: 'ssh',
          state: 'enabled',
        },
      ],
    },
  ],
  ['/1.0/network-address-sets', { name: 'set01', description: 'An address set', addresses: ['10.0.0.1', '10.0.0.2'] }],
  [
    '/1.0/network-zones',
    { name: 'zone01.example.net', description: 'A zone', config: { 'dns.nameservers': 'ns1.example.net' } },
  ],
  ['/1.0/network-integrations', { name: 'ovn-ic01', description: 'An integration', type: 'ovn' }],
  ['/1.0/networks', { name: 'ovn0', type: 'ovn', config: { network: 'incusbr0' } }],
  [
    `/1.0/networks/incusbr0/forwards?target=${first.name}`,
    {
      listen_address: '10.1.0.50',
      description: 'A forward',
      ports: [
        {
          description: '',
          protocol: 'tcp',
          listen_port: '80',
          target_port: '8080',
          target_address: '10.1.0.2',
          snat: false,
        },
      ],
    },
  ],
  [
    '/1.0/networks/ovn0/load-balancers',
    {
      listen_address: '10.2.0.60',
      description: 'A load balancer',
      backends: [{ name: 'b1', description: '', target_port: '80', target_address: '10.2.0.2' }],
      ports: [{ description: '', protocol: 'tcp', listen_port: '80', target_backend: ['b1'] }],
    },
  ],
  [
    '/1.0/networks/ovn0/peers',
    { name: 'peer01', description: 'A peer', target_project: 'blue', target_network: 'ovn1', type: 'local' },
  ],
  [`/1.0/storage-pools/local/buckets?target=${first.name}`, { name: 'bucket01', description: 'A bucket' }],
];

const instance = (name: string, type: string): object => ({
  name,
  type,
  description: `${type} for the recording`,
  config: { 'image.os': 'Alpine' },
  devices: rootDisk,
  source: { type: 'none' },
  start: true,
});

/** OVN networks need IncusOS' service of that name. */
const ovn = { enabled: true, database: 'tcp:127.0.0.1:6641', tunnel_address: '127.0.0.1', tunnel_protocol: 'geneve' };

/** Makes the recorded objects on a cluster, through the Incus of its first member. */
export async function makeRecordedObjects(
  daemon: Daemon,
  members: readonly [Member, ...Member[]],
  blue: 'there' | 'missing',
): Promise<void> {
  const agent = new Agent({
    connect: {
      cert: readFileSync(`${daemon.directory}/client.crt`, 'utf8'),
      key: readFileSync(`${daemon.directory}/client.key`, 'utf8'),
      rejectUnauthorized: false,
    },
  });
  const tell = async (method: 'PUT' | 'POST' | 'GET', url: string, body?: object): Promise<void> => {
    const options = { dispatcher: agent, method, body: body === undefined ? null : JSON.stringify(body) };
    const reply = await request(url, { ...options, headersTimeout: 20_000 });
    const said = await reply.body.text();
    // Incus' envelope; an operation's own failure is in its metadata.
    const answer = JSON.parse(said) as { type: string; operation: string; metadata: { err?: string } | null };
    const bad = answer.type === 'error' || (method === 'GET' && (answer.metadata?.err ?? '') !== '');
    if (bad) throw new Error(`${method} ${url}: ${said}`);
    if (answer.type === 'async') await tell('GET', `${new URL(url).origin}${answer.operation}/wait?timeout=20`);
  };
  try {
    for (const { url } of members) await tell('PUT', `${url}/os/1.0/services/ovn`, { config: ovn });
    const [{ url }] = members;
    if (blue === 'missing')
      await tell('POST', `${url}/1.0/projects`, { name: 'blue', description: 'A second project' });
    for (const [path, body] of objectsOf(members)) await tell('POST', `${url}${path}`, body);
  } finally {
    await agent.close();
  }
}
