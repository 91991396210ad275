import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OpenItem } from '../plan/open-item.ts';
import { fieldLabel, isAsWanted, toValues, valueLabel, withChanges } from './item-values.plan.ts';

const profile = {
  name: 'web',
  description: 'For the web',
  config: { 'limits.cpu': '2', 'user.a.b': 'x' },
  devices: { eth0: { type: 'nic', network: 'br0' } },
  used_by: ['/1.0/instances/c1'],
};

test('an item is read field by field', () => {
  expect(toValues('profile', profile)).toEqual({
    description: 'For the web',
    'config.limits.cpu': '2',
    'config.user.a.b': 'x',
    'devices.eth0': '{"network":"br0","type":"nic"}',
  });
  expect(toValues('cluster-group', { description: '', members: ['b', 'a'], config: {} })).toEqual({
    members: '["a","b"]',
  });
});

test('changes go into the writable part, and leave the rest as it is', () => {
  const changes = [
    { field: 'config.limits.cpu', after: null },
    { field: 'config.limits.memory', after: '1GiB' },
    { field: 'devices.root', after: '{"path":"/","type":"disk"}' },
  ];
  expect(withChanges('profile', profile, changes)).toEqual({
    description: 'For the web',
    config: { 'user.a.b': 'x', 'limits.memory': '1GiB' },
    devices: { eth0: { type: 'nic', network: 'br0' }, root: { type: 'disk', path: '/' } },
  });
});

test('a network of ours is known as ours with the addresses that Incus chose for it', () => {
  const config = { 'ipv4.address': 'auto', 'ipv6.address': 'none', 'dns.domain': '' };
  const item = {
    planned: { kind: 'network' },
    wanted: { description: '', config },
    perMember: null,
  } as unknown as OpenItem; // what it reads of one
  const live = { 'ipv4.address': '10.1.2.1/24', 'ipv4.nat': 'true', 'ipv6.address': 'none' };
  expect(isAsWanted(item, { config: live })).toBe(true);
  expect(isAsWanted(item, { config: { ...live, 'ipv4.address': 'none' } })).toBe(false);
  expect(isAsWanted(item, { config: { ...live, 'ipv6.address': 'fd42::1/64' } })).toBe(false);
  expect(isAsWanted(item, { config: { ...live, 'dns.domain': 'theirs' } })).toBe(false);
});

const map = fc.dictionary(fc.stringMatching(/^[\w.-]{1,12}$/), fc.string({ minLength: 1 }));
const body = fc.record({
  description: fc.string(),
  config: map,
  devices: fc.dictionary(fc.string({ minLength: 1 }), map),
});

test('whatever is live, the changes towards another item make it that item', () => {
  fc.assert(
    fc.property(body, body, (live, wanted) => {
      const [was, is] = [toValues('profile', live), toValues('profile', wanted)];
      const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
      const made = withChanges(
        'profile',
        live,
        fields.map((field) => ({ field, after: is[field] ?? null })),
      );
      expect(toValues('profile', made)).toEqual(is);
    }),
  );
});

test('fields and values are told as people write them', () => {
  expect(fieldLabel('config.limits.cpu')).toBe('config["limits.cpu"]');
  expect(fieldLabel('description')).toBe('description');
  expect(valueLabel('devices.eth0', '{"network":"br0","type":"nic"}')).toBe('network=br0, type=nic');
});
