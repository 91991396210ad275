import { describe, expect, it } from 'vitest';
import type { Asker, Loose } from './testing.ts';
import { finish, formFullCluster, makeTestWorld, settle } from './testing.ts';

type Step = [method: string, url: string, body: unknown, ...told: Told[]];
/** As incusd 7.0.2 told it: from where, of which project, action, source, context; `named` ones carry name and project. */
type Told = [
  location: string,
  project: string,
  action: string,
  source: string,
  context?: object | undefined,
  named?: string,
];

const here = 'server1';
const there = 'server2';
const at = '?target=server2';
const pool = '/1.0/storage-pools/local';
const volume = `${pool}/volumes/custom`;
const root = { root: { type: 'disk', path: '/', pool: 'local' } };

/** In this order; what a step needs was made by those before it. */
const STORY: Step[] = [
  ['POST', '/1.0/projects', { name: 'p1' }, [here, 'p1', 'project-created', '/1.0/projects/p1']],
  ['PATCH', '/1.0/projects/p1', { description: 'x' }, [here, 'p1', 'project-updated', '/1.0/projects/p1']],
  [
    'POST',
    `${volume}${at}`,
    { name: 'v1' },
    [there, 'default', 'storage-volume-created', `${volume}/v1`, { location: there, type: 'custom' }],
  ],
  ['PATCH', `${volume}/v1`, { description: 'x' }, [there, 'default', 'storage-volume-updated', `${volume}/v1`]],
  [
    'POST',
    `${volume}/v1`,
    { name: 'v2' },
    [there, 'default', 'storage-volume-renamed', `${volume}/v2`, { old_name: 'v1' }],
  ],
  [
    'POST',
    `${volume}/v2/snapshots`,
    { name: 's1' },
    [there, 'default', 'storage-volume-snapshot-created', `${volume}/default_v2/snapshots/s1`, { type: 'custom' }],
  ],
  [
    'POST',
    `${volume}/v2/snapshots/s1`,
    { name: 's2' },
    [there, 'default', 'storage-volume-snapshot-renamed', `${volume}/default_v2/snapshots/s1`, { old_name: 's1' }],
  ],
  [
    'PUT',
    `${volume}/v2`,
    { restore: 's2' },
    [there, 'default', 'storage-volume-restored', `${volume}/v2`, { snapshot: 's2' }],
  ],
  [
    'DELETE',
    `${volume}/v2/snapshots/s2`,
    undefined,
    [there, 'default', 'storage-volume-snapshot-deleted', `${volume}/default_v2/snapshots/s2`],
  ],
  ['DELETE', `${volume}/v2`, undefined, [there, 'default', 'storage-volume-deleted', `${volume}/v2`]],
  [
    'POST',
    '/1.0/profiles?project=p1',
    { name: 'pr1' },
    [here, 'p1', 'profile-created', '/1.0/profiles/pr1?project=p1'],
  ],
  [
    'POST',
    '/1.0/profiles/pr1?project=p1',
    { name: 'pr2' },
    [here, 'p1', 'profile-renamed', '/1.0/profiles/pr2?project=p1', { old_name: 'pr1' }],
  ],
  [
    'DELETE',
    '/1.0/profiles/pr2?project=p1',
    undefined,
    [here, 'p1', 'profile-deleted', '/1.0/profiles/pr2?project=p1'],
  ],
  [
    'POST',
    '/1.0/network-zones',
    { name: 'example.net' },
    [there, 'default', 'network-zone-updated', '/1.0/network-zones/example.net'],
    [here, 'default', 'network-zone-created', '/1.0/network-zones/example.net'],
  ],
  [
    'POST',
    '/1.0/network-zones/example.net/records',
    { name: 'www' },
    [here, 'default', 'network-zone-record-created', '/1.0/network-zones/example.net/records/www'],
  ],
  [
    'POST',
    `/1.0/networks/br0/forwards${at}`,
    { listen_address: '10.77.0.1' },
    [there, 'default', 'network-forward-created', '/1.0/networks/br0/forwards/10.77.0.1'],
  ],
  [
    'POST',
    '/1.0/networks/ovn0/peers',
    { name: 'peer1', target_network: 'ovn0' },
    [here, 'default', 'network-peer-created', '/1.0/networks/ovn0/forwards/peer1'],
  ],
  [
    'POST',
    `${pool}/buckets${at}`,
    { name: 'bu1' },
    [there, 'default', 'storage-bucket-created', `${pool}/buckets/bu1`],
  ],
  [
    'POST',
    `${pool}/buckets/bu1/keys`,
    { name: 'k1' },
    [here, 'default', 'storage-bucket-key-created', `${pool}/buckets/local/keys/k1`],
  ],
  [
    'DELETE',
    `${pool}/buckets/bu1/keys/k1`,
    undefined,
    [here, 'default', 'storage-bucket-key-deleted', `${pool}/buckets/local/keys/bu1`],
  ],
  [
    'POST',
    `/1.0/instances${at}`,
    { name: 'c1', source: { type: 'none' }, devices: root },
    [
      there,
      'default',
      'instance-created',
      '/1.0/instances/c1',
      { location: there, 'storage-pool': 'local', type: 'container' },
      'c1',
    ],
  ],
  [
    'PUT',
    '/1.0/instances/c1/state',
    { action: 'start' },
    [there, 'default', 'instance-started', '/1.0/instances/c1', undefined, 'c1'],
  ],
  [
    'PATCH',
    '/1.0/instances/c1',
    { description: 'x' },
    [there, 'default', 'instance-updated', '/1.0/instances/c1', undefined, 'c1'],
  ],
  [
    'POST',
    '/1.0/instances/c1/snapshots',
    { name: 'sn1' },
    [there, 'default', 'instance-snapshot-created', '/1.0/instances/c1/snapshots/sn1'],
  ],
  [
    'POST',
    '/1.0/instances/c1/snapshots/sn1',
    { name: 'sn2' },
    [there, 'default', 'instance-snapshot-renamed', '/1.0/instances/c1/snapshots/sn2', { old_name: 'c1/sn1' }],
  ],
  [
    'PUT',
    '/1.0/instances/c1/state',
    { action: 'stop' },
    [there, 'default', 'instance-stopped', '/1.0/instances/c1', undefined, 'c1'],
  ],
  [
    'PUT',
    '/1.0/instances/c1',
    { restore: 'sn2' },
    [there, 'default', 'instance-restored', '/1.0/instances/c1', { snapshot: 'c1/sn2' }, 'c1'],
  ],
  [
    'DELETE',
    '/1.0/instances/c1/snapshots/sn2',
    undefined,
    [there, 'default', 'instance-snapshot-deleted', '/1.0/instances/c1/snapshots/sn2'],
  ],
  [
    'POST',
    '/1.0/instances/c1',
    { name: 'c2' },
    [there, 'default', 'instance-renamed', '/1.0/instances/c2', { old_name: 'c1' }, 'c2'],
  ],
  [
    'POST',
    '/1.0/instances/c2?target=server1',
    { name: 'c2', migration: true },
    [there, 'default', 'instance-migrated', '/1.0/instances/c2', undefined, 'c2'],
  ],
  [
    'DELETE',
    '/1.0/instances/c2',
    undefined,
    [here, 'default', 'instance-deleted', '/1.0/instances/c2', undefined, 'c2'],
  ],
  ['POST', '/1.0/projects/p1', { name: 'p2' }, [here, 'p2', 'project-renamed', '/1.0/projects/p2', { old_name: 'p1' }]],
  ['DELETE', '/1.0/projects/p2', undefined, [here, 'p2', 'project-deleted', '/1.0/projects/p2']],
  ['POST', '/1.0/cluster/groups', { name: 'g1' }, [here, 'default', 'cluster-group-created', '/1.0/cluster/groups/g1']],
  ['DELETE', '/1.0/cluster/groups/g1', undefined, [here, 'g1', 'cluster-group-deleted', '/1.0/cluster/groups/g1']],
];

async function makeNetworks(ask: Asker): Promise<void> {
  for (const target of ['?target=server1', '?target=server2', ''])
    await ask(1, 'POST', `/1.0/networks${target}`, { name: 'br0', type: 'bridge' });
  await ask(1, 'POST', '/1.0/networks', { name: 'ovn0', type: 'ovn', config: { network: 'none' } });
}

describe('lifecycle events', () => {
  it('are those of real Incus, step by step', async () => {
    const { ask, members, administrator } = await makeTestWorld(2, { services: () => ['ovn'] });
    await formFullCluster(ask, 2);
    await makeNetworks(ask);
    const heard: Loose[] = [];
    members[1]?.openEvents(
      {
        method: 'GET',
        path: '/1.0/events',
        query: new URLSearchParams('type=lifecycle&all-projects=true'),
        headers: {},
        body: Buffer.alloc(0),
        clientFingerprint: administrator.fingerprint,
        clientCertificatePem: undefined,
        signal: new AbortController().signal,
      },
      (text) => heard.push(JSON.parse(text)),
      () => {},
    );
    for (const [method, url, body, ...told] of STORY) {
      const answer = await ask(1, method, url, body);
      expect(answer.error, `${method} ${url}`).toBe('');
      const err: string = answer.status === 202 ? (await finish(ask, 1, answer)).err : '';
      expect(err, `${method} ${url}`).toBe('');
      await settle();
      const expected = told.map(([location, project, action, source, context, name]) => ({
        location,
        project,
        metadata: { action, source, ...(context && { context }), ...(name && { name, project }) },
      }));
      const events = heard.splice(0).map(({ location, project, metadata: { requestor: _r, ...metadata } }) => ({
        location,
        project,
        metadata,
      }));
      expect(events, `${method} ${url}`).toEqual(expected);
    }
  });
});
