import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { looksOf } from './event-looks.rules.ts';
import { readIncusEvent } from './incus-event.ts';
import type { Look } from './object-place.ts';

type RecordedEvent = {
  did: string;
  event: { location?: string; project?: string; metadata: { action: string; source: string } };
};
/** What a real Incus 7.0.2 of two members told, and what was done to it. */
const recordedEvents: RecordedEvent[] = JSON.parse(
  readFileSync(new URL('../recorded/incus-events.json', import.meta.url), 'utf8'),
);

const show = (look: Look): string => {
  if (look.look === 'server') return `server ${look.name}`;
  if (look.look !== 'object') return look.look === 'kind' ? `all ${look.kind}` : 'everything';
  const { kind, project_name, parent_name, server, type, name } = look.place;
  const words = [kind, [project_name, parent_name, type, name].filter((part) => part !== '').join('/')];
  return `${words.join(' ')}${server === '' ? '' : ` on ${server}`}${look.beside === undefined ? '' : ` +${look.beside}`}`;
};
const looksAt = (event: unknown): string[] => {
  const read = readIncusEvent(JSON.stringify(event));
  return read === undefined ? [] : looksOf(read).map(show);
};
const ofRecorded = (action: string, project = 'default'): string[][] =>
  recordedEvents
    .filter(({ event }) => event.metadata.action === action && event.project === project)
    .map(({ event }) => looksAt(event));

const image = 'image default/0b2788e4c28218eb13a27d21cf6a60902d5f1826f86dc52450ca33e5d7231977';

test.each<[action: string, project: string, looks: string[]]>([
  [
    'instance-created',
    'default',
    ['instance default/c1 +volumes', 'storage_volume default/local/container/c1 on server2'],
  ],
  ['instance-created', 'p1', ['instance p1/e1 +volumes', 'storage_volume p1/local/container/e1 on server1']],
  ['instance-started', 'default', ['instance default/c1']],
  ['instance-stopped', 'default', ['instance default/c1']],
  ['instance-renamed', 'default', ['instance default/c1 +volumes', 'instance default/c2 +volumes']],
  ['instance-migrated', 'default', ['instance default/c2 +volumes']],
  ['instance-deleted', 'default', ['instance default/c2 +volumes']],
  ['instance-snapshot-created', 'default', ['instance default/c1 +volumes']],
  // Its `old_name` is the snapshot's.
  ['instance-snapshot-renamed', 'default', ['instance default/c1 +volumes']],
  ['instance-backup-renamed', 'default', ['instance default/c1 +volumes']],
  ['instance-metadata-updated', 'default', ['instance default/c1 +volumes']],
  ['instance-exec', 'default', []],
  ['image-created', 'default', [image]],
  ['image-retrieved', 'default', []],
  ['image-alias-created', 'default', [image]],
  ['image-alias-renamed', 'default', ['all image']],
  ['image-alias-deleted', 'default', ['all image']],
  ['network-created', 'default', ['network default/br0']],
  ['certificate-created', 'default', ['certificate 8170985c8f1ae9c86795d66f7982165b72ff2dfefdcbf0f8503b3430b3951f0e']],
  ['network-acl-renamed', 'default', ['network_acl default/acl1', 'network_acl default/acl2']],
  ['network-address-set-updated', 'default', ['network_address_set default/as1']],
  ['network-forward-updated', 'default', ['network_forward default/br0/10.77.0.1']],
  // Told at a path of forwards.
  ['network-peer-created', 'default', ['network_peer default/ovn0/peer1']],
  ['network-zone-record-deleted', 'p1', ['network_zone p1/p1.example.net']],
  ['profile-updated', 'p1', ['profile p1/pr1 +users']],
  ['profile-renamed', 'default', ['profile default/pr1 +users', 'profile default/pr2 +users']],
  ['project-created', 'p1', ['project p1', 'profile p1/default']],
  ['project-renamed', 'p2', ['everything']],
  ['project-deleted', 'p2', ['everything']],
  ['storage-pool-updated', 'default', ['storage_pool local']],
  ['storage-bucket-updated', 'default', ['storage_bucket default/local/bu1 on server2']],
  // Told with the pool in place of the bucket.
  ['storage-bucket-key-created', 'default', ['all storage_bucket']],
  ['storage-volume-created', 'p1', ['storage_volume p1/local/custom/v1 on server2']],
  ['storage-volume-restored', 'default', ['storage_volume default/local/custom/v1 on server2']],
  [
    'storage-volume-renamed',
    'default',
    ['storage_volume default/local/custom/v2 on server2', 'storage_volume default/local/custom/v1 on server2'],
  ],
  // Told with the project before the name; a volume may really be called so.
  [
    'storage-volume-snapshot-created',
    'p1',
    ['storage_volume p1/local/custom/p1_v1 on server2', 'storage_volume p1/local/custom/v1 on server2'],
  ],
  ['storage-volume-snapshot-updated', 'p1', ['storage_volume p1/local/custom/v1 on server2']],
  ['storage-volume-backup-created', 'default', ['storage_volume default/local/custom/v1 on server2']],
  ['cluster-member-evacuated', 'default', ['server server2']],
  ['cluster-member-added', 'default', ['server server2', 'everything']],
  ['cluster-token-created', 'default', []],
  ['config-updated', 'default', []],
])('%s in project %s, as Incus told it', (action, project, looks) => {
  const told = ofRecorded(action, project);
  expect(told.length).toBeGreaterThan(0);
  for (const one of told) expect(one).toEqual(looks);
});

test('every recorded event of an object is looked at somewhere', () => {
  const missed = recordedEvents
    .filter(({ event }) => looksAt(event).length === 0)
    .map(({ event }) => event.metadata.action);
  expect([...new Set(missed)].toSorted()).toEqual([
    'cluster-group-created',
    'cluster-group-deleted',
    'cluster-token-created',
    'config-updated',
    'image-retrieved',
    'instance-exec',
    'operation-cancelled',
  ]);
});

const event = (action: string, source: string, more: Record<string, unknown> = {}) => ({
  type: 'lifecycle',
  timestamp: '2026-08-22T10:00:00Z',
  location: 'server1',
  project: 'default',
  metadata: { action, source, ...more },
});

describe('what was not recorded', () => {
  test.each<[string, string, Record<string, unknown>, string[]]>([
    ['instance-agent-started', '/1.0/instances/c1', {}, ['instance default/c1']],
    ['instance-file-pushed', '/1.0/instances/c1/files', {}, []],
    [
      'network-renamed',
      '/1.0/networks/n2',
      { context: { old_name: 'n1' } },
      [
        'network default/n1',
        'network default/n2',
        'all network_forward',
        'all network_load_balancer',
        'all network_peer',
      ],
    ],
    [
      'network-load-balancer-updated',
      '/1.0/networks/n/load-balancers/2001%3Adb8%3A%3A1',
      {},
      ['network_load_balancer default/n/2001:db8::1'],
    ],
    ['network-integration-updated', '/1.0/network-integrations/i1', {}, ['network_integration i1']],
    [
      'storage-volume-updated',
      '/1.0/storage-pools/local/volumes/virtual-machines/vm1',
      {},
      ['storage_volume default/local/virtual-machine/vm1 on server1'],
    ],
    ['storage-volume-file-pushed', '/1.0/storage-pools/local/volumes/custom/v/files', {}, []],
    ['certificate-deleted', '/1.0/certificates/ab12', {}, ['certificate ab12']],
    // With another key it has another fingerprint.
    ['certificate-updated', '/1.0/certificates/ab12', {}, ['all certificate']],
    // An action of a later Incus.
    ['trust-moved', '/1.0/certificates/ab12', {}, ['certificate ab12']],
    ['instance-hibernated', '/1.0/instances/c1', {}, ['instance default/c1 +volumes']],
    ['galaxy-moved', '/1.0/networks/n1', {}, ['network default/n1']],
    ['galaxy-moved', '/1.0/galaxies/g1', {}, []],
    // Nothing but the kind can be told from these.
    ['network-forward-created', '/1.0/networks', {}, ['all network_forward']],
    ['profile-created', '/1.0/profiles', {}, ['all profile']],
    ['storage-volume-created', '/1.0/storage-pools/local', {}, ['all storage_volume']],
    ['cluster-member-removed', '/1.0/cluster/members/server3', {}, ['server server3', 'everything']],
  ])('%s at %s', (action, source, more, looks) => {
    expect(looksAt(event(action, source, more))).toEqual(looks);
  });

  test('the project is in the event, around it, or in the source', () => {
    const bare = { ...event('instance-updated', '/1.0/instances/c1?project=p3'), project: undefined };
    expect(looksAt(bare)).toEqual(['instance p3/c1 +volumes']);
    expect(looksAt({ ...bare, project: 'p2' })).toEqual(['instance p2/c1 +volumes']);
    expect(looksAt({ ...event('instance-updated', '/1.0/instances/c1', { project: 'p1' }), project: 'p2' })).toEqual([
      'instance p1/c1 +volumes',
    ]);
  });

  test('other events are none of ours, and what is no event is broken', () => {
    expect(looksAt({ type: 'operation', metadata: { id: 'x' } })).toEqual([]);
    const broken = /JSON|expected|Invalid/i;
    for (const text of ['', '{}', '[]', '{"type":"lifecycle"}', '{"type":"lifecycle","metadata":{"action":1}}'])
      expect(() => readIncusEvent(text)).toThrow(broken);
    const odd = JSON.stringify(event('instance-updated', '/1.0/instances/%'));
    expect(() => readIncusEvent(odd)).toThrow('URI malformed');
  });
});
