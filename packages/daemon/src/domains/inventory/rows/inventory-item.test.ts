import { factsOf, inventoryKindNames, isOfOc } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { recordedList } from '../test-incus.ts';
import { nanosecondTime, uuidOf } from './inventory-item.ts';

const none = { cluster: '', server: '', project_name: '', parent_name: '', type: '', name: '' };

test.each([
  ['image', { cluster: 'one', project_name: 'one', name: 'one' }, '740183a0-3f51-5763-99c6-3f3f7c1c709a'],
  [
    'instance',
    { cluster: 'c1', server: 's1', project_name: 'default', name: 'i1' },
    'ea6d84fa-2caf-5951-9a31-2e128edce771',
  ],
  ['storage_pool', { cluster: 'c1', name: 'local' }, '8a8d4c66-3ed9-54d4-b240-ccca20ab0ac1'],
  [
    'storage_volume',
    { cluster: 'c1', server: 's1', project_name: 'default', parent_name: 'local', type: 'custom', name: 'backups' },
    '72d4df12-060a-5e6d-8c72-dc0298da36d7',
  ],
  [
    'storage_volume',
    { cluster: 'c1', project_name: 'default', parent_name: 'remote', type: 'custom', name: 'v1' },
    'ae22ac10-4cd3-5441-b353-0dc972911083',
  ],
] as const)('the UUID of a %s is the one OC computes', (kind, fields, uuid) => {
  expect(uuidOf(factsOf(kind), { ...none, ...fields })).toBe(uuid);
});

test('every recorded item has the UUID that its own fields give', () => {
  for (const kind of inventoryKindNames.filter(isOfOc)) {
    const items = recordedList(kind);
    expect(items).not.toEqual([]);
    for (const { uuid, cluster, name, server = '', project_name = '', parent_name = '', type = '' } of items)
      expect(uuidOf(factsOf(kind), { cluster, server, project_name, parent_name, type, name })).toBe(uuid);
  }
});

test.each([
  [Date.parse('2026-11-22T20:15:30.123Z'), 456_789, '2026-11-22T20:15:30.123456789Z'],
  [Date.parse('2026-11-22T20:15:30.120Z'), 0, '2026-11-22T20:15:30.12Z'],
  [Date.parse('2026-11-22T20:15:30Z'), 0, '2026-11-22T20:15:30Z'],
  [Date.parse('2026-11-22T20:15:30.000Z') + 0.75, 7, '2026-11-22T20:15:30.000000007Z'],
])('a stamp is written as Go writes it: %d ms and %d ns', (epochMs, nanoseconds, text) => {
  expect(nanosecondTime(epochMs, nanoseconds)).toBe(text);
});
