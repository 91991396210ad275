import type { ApplicationItem } from '@operations-center/documents';
import { expect, test } from 'vitest';
import type { MemberValues } from '../apply/apply.ts';
import { listExtras } from './list-extras.plan.ts';
import { documentOfLiving } from './living-documents.plan.ts';
import { servicesOfLiving } from './living-services.plan.ts';

const profile = (config: Record<string, string>): ApplicationItem => ({
  ...{ kind: 'profile', key: 'profile/default/web', about: 'profile web', name: 'web', project: 'default', after: [] },
  body: { name: 'web', description: '', config, devices: {} },
});
const pool = (source: Record<string, string>): ApplicationItem => ({
  ...{ kind: 'storage-pool', key: 'storage-pool/local', about: 'storage pool local', name: 'local', after: [] },
  body: { name: 'local', driver: 'zfs', description: '', config: {} },
  member_config: Object.fromEntries(Object.entries(source).map(([member, text]) => [member, { source: text }])),
});
const living = (
  item: ApplicationItem,
  live: { body: Record<string, unknown>; members?: Record<string, Record<string, unknown>> } | undefined,
  applied?: MemberValues,
) =>
  documentOfLiving({
    items: [item],
    live: { [item.key]: live && { members: {}, ...live } },
    applied: applied === undefined ? {} : { [item.key]: applied },
    isOurs: () => false,
  });

type Config = Record<string, string>;
test.each<[string, Config, Config, Config, Config]>([
  ['as it was applied', { a: '1' }, { a: '1' }, { a: '1' }, { a: '1' }],
  [
    'auto stays auto',
    { 'ipv4.address': 'auto' },
    { 'ipv4.address': 'auto' },
    { 'ipv4.address': '10.1.1.1/24' },
    { 'ipv4.address': 'auto' },
  ],
  ['changed by others', { a: '1' }, { a: '1' }, { a: '2' }, { a: '2' }],
  ['set by others', { a: '1' }, { a: '1' }, { a: '1', b: '2' }, { a: '1', b: '2' }],
  ['unset by others', { a: '1', b: '2' }, { a: '1', b: '2' }, { b: '2' }, { b: '2' }],
  ['of our defaults', { a: '1' }, { a: '1', b: '2' }, { a: '1', b: '2' }, { a: '1' }],
  ['written by Incus', { a: '1' }, { a: '1' }, { a: '1', 'volatile.x': '2', 'features.images': 'true' }, { a: '1' }],
  ['a built-in variable', { a: 'on @CLUSTER_NAME@' }, { a: 'on c' }, { a: 'on c' }, { a: 'on @CLUSTER_NAME@' }],
])('what a file would say of an item: %s', (_, file, applied, live, said) => {
  const values = { '': Object.fromEntries(Object.entries(applied).map(([key, value]) => [`config.${key}`, value])) };
  const { application } = living(profile(file), { body: { config: live } }, values);
  expect(application).toEqual({ profiles: [{ name: 'web', config: said }] });
});

test('an item that is gone is left out, and that is told', () => {
  expect(living(profile({}), undefined)).toMatchObject({ application: {}, notes: [expect.stringContaining('web')] });
});

test.each<[string, Config, Config, object]>([
  [
    'all alike',
    { s1: '/dev/sdb', s2: '/dev/sdb' },
    { s1: '/dev/sdb', s2: '/dev/sdb' },
    { config: { source: '/dev/sdb' } },
  ],
  [
    'a built-in variable',
    { s1: '/@SERVER_NAME@', s2: '/@SERVER_NAME@' },
    { s1: '/s1', s2: '/s2' },
    { config: { source: '/@SERVER_NAME@' } },
  ],
  ['each its own', { s1: '/dev/sdb', s2: '/dev/sdb' }, { s1: '/dev/sdb', s2: '/dev/sdc' }, {}],
])('what members have of their own: %s', (how, file, live, said) => {
  const applied = Object.fromEntries(Object.entries(live).map(([name, text]) => [name, { 'config.source': text }]));
  const members = Object.fromEntries(Object.entries(live).map(([name, source]) => [name, { config: { source } }]));
  const found = living(pool(file), { body: { config: {} }, members }, { '': {}, ...applied });
  expect(found.application).toEqual({ storage_pools: [{ name: 'local', driver: 'zfs', ...said }] });
  const own = {
    s1: { storage_pools: { local: { source: '/dev/sdb' } } },
    s2: { storage_pools: { local: { source: '/dev/sdc' } } },
  };
  expect(found.server_overrides).toEqual(how === 'each its own' ? own : {});
  expect(found.notes).toHaveLength(how === 'each its own' ? 1 : 0);
});

test.each<[string, object, object, object, object]>([
  [
    'as applied',
    { nvme: { enabled: true } },
    { nvme: { enabled: true, targets: null } },
    {},
    { nvme: { enabled: true } },
  ],
  [
    'a target more',
    { nvme: { enabled: true } },
    { nvme: { enabled: true, targets: [{ port: 1 }] } },
    {},
    { nvme: { enabled: true, targets: [{ port: 1 }] } },
  ],
  [
    'each its own id',
    { lvm: { enabled: true } },
    { lvm: { enabled: true, system_id: 1 } },
    { lvm: { enabled: true, system_id: 2 } },
    { lvm: { enabled: true } },
  ],
  ['a number as text', { nvme: { port: '1' } }, { nvme: { port: 1 } }, {}, { nvme: { port: '1' } }],
  ['switched on everywhere', {}, { usbip: { enabled: true, list: [] } }, {}, { usbip: { enabled: true } }],
  ['switched on somewhere', {}, { usbip: { enabled: true } }, { usbip: { enabled: false } }, {}],
  ['different by now', { nvme: { a: 1 } }, { nvme: { a: 2 } }, { nvme: { a: 3 } }, { nvme: { a: 1 } }],
])('what a file would say of services: %s', (how, applied, one, other, said) => {
  const second = Object.keys(other).length === 0 ? one : other;
  const live = { s1: one, s2: second } as Parameters<typeof servicesOfLiving>[1];
  const found = servicesOfLiving({ ...applied }, live);
  expect(found.services).toEqual(said);
  expect(found.notes).toHaveLength(how === 'different by now' ? 1 : 0);
});

test('what nobody asked for and others made is found; what Incus and our defaults made is not', () => {
  const base = { used_by: [], locations: [], status: '' };
  const found = listExtras(
    {
      projects: [
        { name: 'known', description: 'Of the file', config: {}, used_by: [] },
        { name: 'default', description: 'Default Incus project', config: { 'features.images': 'true' }, used_by: [] },
      ],
      pools: [{ ...base, name: 'local', driver: 'zfs', description: '', config: { source: 'x' } }],
      networks: [
        {
          ...base,
          name: 'meshbr0',
          type: 'bridge',
          description: '',
          config: { a: '1' },
          managed: true,
          project: 'default',
        },
        {
          ...base,
          name: 'mine',
          type: 'bridge',
          description: '',
          config: { 'ipv4.address': '10.0.0.1/24', 'dns.domain': 'x' },
          managed: true,
          project: 'p',
        },
      ],
      profiles: [
        {
          name: 'default',
          description: 'Default Incus profile',
          config: {},
          devices: { root: { type: 'disk' } },
          project: 'default',
          used_by: [],
        },
        {
          name: 'default',
          description: 'Default Incus profile for project p',
          config: {},
          devices: {},
          project: 'p',
          used_by: [],
        },
      ],
      groups: [{ name: 'default', description: '', members: ['s1'], config: {}, used_by: [] }],
    },
    new Set(['project/known']),
    { 'storage-pool/local': { '': {} }, 'profile/default/default': { '': {} } },
  );
  expect(found.map(({ key, body }) => [key, 'config' in body && body.config])).toEqual([
    ['network/p/mine', { 'dns.domain': 'x' }],
    ['profile/default/default', {}],
  ]);
});
