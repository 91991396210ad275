import type { InventoryChange } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { addressesOf } from './addresses.rules.ts';
import { changeSentence, fieldLine } from './change.rules.ts';
import { incusUiAddress } from './incus-ui.rules.ts';

const place = {
  ...{ uuid: 'u', cluster: 'far', server: 's2', project_name: 'default', parent_name: '', name: 'front', type: '' },
};
const change = (what: InventoryChange['change'], before: Partial<typeof place> | null = null): InventoryChange => ({
  ...place,
  ...{ kind: 'instance', at: '', change: what, fields: [], more: 0 },
  before: before === null ? null : { ...place, ...before },
});

test.each([
  [change('renamed', { name: 'web' }), 'renamed: web → front'],
  [change('renamed', { cluster: 'near' }), 'its cluster was renamed: near → far'],
  [change('moved', { server: 's1' }), 'moved from s1 to s2'],
  [change('recreated', {}), 'recreated: another object under the same name'],
  [change('created'), 'seen for the first time'],
])('a change is told in a sentence (%#)', (told, sentence) => {
  expect(changeSentence(told)).toBe(sentence);
});

test('of a field it is told what it was and is, as far as it was and is there', () => {
  expect(fieldLine({ path: 'a', from: undefined, to: 1 })).toEqual({ sign: '+', path: 'a', to: '1' });
  expect(fieldLine({ path: 'a', from: 'x', to: undefined })).toEqual({ sign: '−', path: 'a', from: 'x' });
  expect(fieldLine({ path: 'a', from: 'x', to: ['y'] })).toEqual({ sign: '~', path: 'a', from: 'x', to: '["y"]' });
});

test('a link leads to the page of the thing in Incus, and never to anything but https', () => {
  const url = 'https://10.0.0.11:8443/';
  expect(incusUiAddress(url, 'instance', place)).toBe('https://10.0.0.11:8443/ui/project/default/instance/front');
  expect(incusUiAddress(url, 'profile', { ...place, name: 'a/b' })).toMatch(/\/profile\/a%2Fb$/);
  expect(incusUiAddress(url, 'network_zone', place)).toBe('https://10.0.0.11:8443/ui/');
  expect(incusUiAddress('javascript:alert(1)', 'instance', place)).toBeUndefined();
  expect(incusUiAddress('', 'instance', place)).toBeUndefined();
});

test('the addresses of an instance are those that others reach', () => {
  const addresses = [
    { family: 'inet', address: '10.0.0.7', scope: 'global' },
    { family: 'inet6', address: 'fe80::1', scope: 'link' },
  ];
  expect(addressesOf({ state: { network: { eth0: { addresses }, lo: null } } })).toEqual(['eth0 10.0.0.7']);
  expect(addressesOf({ state: null })).toEqual([]);
});
