import { expect, test } from 'vitest';
import type { ItemKind, ItemOfKind } from './application-items.ts';
import { type Comparison, compareConfig, compareItem, type LiveObject } from './compare-item.ts';

const item = { key: 'k', about: 'a', name: 'x', after: [], project: 'default' };
const network = (config: Record<string, string>, description = ''): ItemOfKind<'network'> => ({
  ...item,
  kind: 'network',
  body: { name: 'x', type: 'bridge', description, config },
  member_config: { server1: {}, server2: {} },
});
const pool: ItemOfKind<'storage-pool'> = {
  ...item,
  kind: 'storage-pool',
  body: { name: 'x', driver: 'zfs', description: 'd', config: {} },
  member_config: { server1: {}, server2: {} },
};
const profile = (description: string, devices: Record<string, Record<string, string>>): ItemOfKind<'profile'> => ({
  ...item,
  kind: 'profile',
  body: { name: 'x', description, config: {}, devices },
});
const certificate = (over: object = {}): ItemOfKind<'certificate'> => ({
  ...item,
  kind: 'certificate',
  fingerprint: 'ab',
  body: { name: 'me', type: 'client', restricted: false, projects: [], certificate: 'PEM', description: '', ...over },
});
const group = (members: string[] | null): ItemOfKind<'cluster-group'> => ({
  ...item,
  kind: 'cluster-group',
  body: { name: 'x', description: '', members, config: {} },
});
const volume: ItemOfKind<'storage-volume'> = {
  ...item,
  kind: 'storage-volume',
  pool: 'local',
  on_members: ['server1'],
  body: { name: 'x', type: 'custom', content_type: 'filesystem', description: '', config: { size: '1GiB' } },
};
type Comparable = Exclude<ItemKind, 'server-config'>;
type Case = [string, ItemOfKind<Comparable>, LiveObject | undefined, Comparison];

const bridge = { type: 'bridge', managed: true, status: 'Created', locations: ['server1', 'server2'], description: '' };
const root = { type: 'disk', path: '/', pool: 'local' };

const cases: Case[] = [
  ['what is not there is absent', pool, undefined, { state: 'absent' }],
  [
    'values that Incus chose do not matter',
    network({}),
    { ...bridge, config: { 'ipv4.address': '10.1.2.1/24', 'volatile.bridge.hwaddr': 'x' } },
    { state: 'equal' },
  ],
  [
    'auto is fulfilled by an address',
    network({ 'ipv4.address': 'auto' }),
    { ...bridge, config: { 'ipv4.address': '10.1.2.1/24' } },
    { state: 'equal' },
  ],
  [
    'auto is not fulfilled by none',
    network({ 'ipv4.address': 'auto' }),
    { ...bridge, config: { 'ipv4.address': 'none' } },
    {
      state: 'update',
      changes: [{ field: 'config["ipv4.address"]', before: 'none', after: 'auto' }],
      body: { description: '', config: { 'ipv4.address': 'auto' } },
    },
  ],
  [
    'a key that differs is changed, what is not spoken of stays',
    network({ 'ipv4.nat': 'true' }, 'mine'),
    { ...bridge, description: 'old', config: { 'ipv4.nat': 'false', 'user.x': '1' } },
    {
      state: 'update',
      changes: [
        { field: 'description', before: 'old', after: 'mine' },
        { field: 'config["ipv4.nat"]', before: 'false', after: 'true' },
      ],
      body: { description: 'mine', config: { 'ipv4.nat': 'true', 'user.x': '1' } },
    },
  ],
  ['a description that is not given stays', network({}), { ...bridge, description: 'Default' }, { state: 'equal' }],
  [
    'a network of another type is a conflict',
    network({}),
    { ...bridge, type: 'macvlan' },
    { state: 'conflict', reason: 'network x is there with type macvlan, not bridge' },
  ],
  [
    'an interface of the host is a conflict',
    network({}),
    { ...bridge, managed: false },
    { state: 'conflict', reason: 'x is there as an interface that Incus does not manage' },
  ],
  [
    'a pool of another driver is a conflict',
    pool,
    { driver: 'dir', status: 'Created' },
    { state: 'conflict', reason: 'storage pool x is there with driver dir, not zfs' },
  ],
  [
    'a pending pool lacks members',
    pool,
    { driver: 'zfs', status: 'Pending', locations: ['server2'] },
    { state: 'partial', status: 'Pending', missing: ['server1'] },
  ],
  [
    'a failed one needs its last call again',
    network({}),
    { ...bridge, status: 'Errored' },
    { state: 'partial', status: 'Errored', missing: [] },
  ],
  [
    'a volume of another content is a conflict',
    volume,
    { content_type: 'block' },
    { state: 'conflict', reason: 'storage volume x is there with content type block, not filesystem' },
  ],
  [
    'a volume of another size is changed',
    volume,
    { content_type: 'filesystem', config: {} },
    {
      state: 'update',
      changes: [{ field: 'config["size"]', before: undefined, after: '1GiB' }],
      body: { description: '', config: { size: '1GiB' } },
    },
  ],
  [
    'a profile with more devices is fine',
    profile('', { root }),
    {
      description: '',
      config: {},
      devices: { root: { pool: 'local', type: 'disk', path: '/' }, gpu: { type: 'gpu' } },
    },
    { state: 'equal' },
  ],
  [
    'the description of a profile is as wanted, a device is replaced whole',
    profile('', { root }),
    {
      description: 'Default Incus profile',
      config: { 'user.a': '1' },
      devices: { root: { ...root, size: '1GiB' }, gpu: { type: 'gpu' } },
    },
    {
      state: 'update',
      changes: [
        { field: 'description', before: 'Default Incus profile', after: '' },
        {
          field: 'devices["root"]',
          before: 'path=/, pool=local, size=1GiB, type=disk',
          after: 'path=/, pool=local, type=disk',
        },
      ],
      body: { description: '', config: { 'user.a': '1' }, devices: { root, gpu: { type: 'gpu' } } },
    },
  ],
  [
    'a trusted certificate is equal',
    certificate(),
    { name: 'me', type: 'client', restricted: false, projects: [], description: '', certificate: 'PEM\n' },
    { state: 'equal' },
  ],
  [
    'a certificate without a name keeps the one Incus gave',
    certificate({ name: '' }),
    { name: 'cn', type: 'client' },
    { state: 'equal' },
  ],
  [
    'a certificate trusted as something else is a conflict',
    certificate(),
    { name: 'me', type: 'server' },
    { state: 'conflict', reason: 'certificate x is trusted as server, not as client' },
  ],
  [
    'rights of a certificate are changed',
    certificate({ restricted: true, projects: ['b', 'a'] }),
    { name: 'me', type: 'client', projects: ['a'], certificate: 'PEM\n' },
    {
      state: 'update',
      changes: [
        { field: 'restricted', before: 'false', after: 'true' },
        { field: 'projects', before: 'a', after: 'a, b' },
      ],
      body: {
        name: 'me',
        type: 'client',
        restricted: true,
        projects: ['b', 'a'],
        certificate: 'PEM\n',
        description: '',
      },
    },
  ],
  ['the order of members does not matter', group(['b', 'a']), { members: ['a', 'b'] }, { state: 'equal' }],
  ['a group without members given keeps its own', group(null), { members: ['a'] }, { state: 'equal' }],
  [
    'a group with other members is changed',
    group([]),
    { members: ['a'] },
    {
      state: 'update',
      changes: [{ field: 'members', before: 'a', after: '' }],
      body: { description: '', members: [], config: {} },
    },
  ],
];

test.each(cases)('%s', (_, wanted, live, comparison) => {
  expect(compareItem(wanted, live)).toEqual(comparison);
});

test('an empty value unsets a key, and is fulfilled by its absence', () => {
  expect(compareConfig({ a: '', b: '' }, { a: '1', c: '2' })).toEqual({
    changes: [{ field: 'config["a"]', before: '1', after: undefined }],
    config: { c: '2' },
  });
});
