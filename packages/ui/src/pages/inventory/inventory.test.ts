import type { InventoryFreshness, InventoryItem } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { columnsOf, fieldsOf, sortKeyOf, valueAt } from '../../data/inventory-columns.ts';
import { fieldsOfSample } from './fields.rules.ts';
import { diffSearch, fromBox, inventorySearch, toBox } from './search.rules.ts';
import { staleClusters } from './stale.rules.ts';

const item: InventoryItem = {
  uuid: 'u',
  cluster: 'far',
  name: 'web',
  object: { status: 'Running', config: { 'limits.cpu': '4', plain: '' }, profiles: ['default'] },
  last_updated: '2026-11-23T10:00:00Z',
};

test('an address that makes no sense is left out of what is looked for', () => {
  expect(inventorySearch({ kind: 'network', filter: 'a', asOf: '2026-11-23T10:00:00Z', other: 1 })).toEqual({
    kind: 'network',
    filter: 'a',
    asOf: '2026-11-23T10:00:00Z',
  });
  expect(inventorySearch({ kind: 'toString', filter: 1, asOf: 'yesterday', sort: '' })).toEqual({});
  expect(diffSearch({ from: '2026-11-23T10:00:00Z', to: 'x', kind: 'image' })).toEqual({
    from: '2026-11-23T10:00:00Z',
    kind: 'image',
  });
});

test('the box for a time holds UTC if times are shown so', () => {
  expect(toBox('2026-11-23T10:00:30.500Z', true)).toBe('2026-11-23T10:00:30');
  expect(fromBox('2026-11-23T10:00:30', true)).toBe('2026-11-23T10:00:30.000Z');
  expect(fromBox(toBox('2026-11-23T10:00:30Z', false), false)).toBe('2026-11-23T10:00:30.000Z');
  expect([fromBox('', true), toBox('', true)]).toEqual(['', '']);
});

test('fields to filter by are those of the objects that there are, written as a filter writes them', () => {
  expect(fieldsOfSample([item], false)).toEqual([
    ...['name', 'cluster', 'uuid', 'last_updated', 'object.config', 'object.config.plain'],
    ...['object.config["limits.cpu"]', 'object.profiles', 'object.status'],
  ]);
  expect(fieldsOfSample([], true)).toContain('object.status');
});

test('the columns of a kind begin with its name, and are asked for', () => {
  expect(columnsOf('instance').map(({ header }) => header)).toEqual([
    ...['Name', 'Status', 'Type', 'Description', 'Project', 'Cluster', 'Server', 'Last Updated'],
  ]);
  expect(fieldsOf('certificate')).toEqual([
    ...['uuid', 'name', 'object.name', 'object.type', 'object.restricted', 'cluster', 'last_updated'],
  ]);
  expect([valueAt(item, 'object.config'), valueAt(item, 'object.nix.x'), valueAt(item, 'object.status')]).toEqual([
    ...['{"limits.cpu":"4","plain":""}', '', 'Running'],
  ]);
  expect([sortKeyOf('project_name'), sortKeyOf('object.type')]).toEqual(['project', undefined]);
});

test('a cluster is called stale after a minute, and one that was never seen at once', () => {
  const view = (cluster: string, seen_at: string | null, stale_since: string | null): InventoryFreshness =>
    ({
      cluster,
      reason: 'no answer',
      kinds: [{ kind: 'image', seen_at, stale_since, reason: '' }],
    }) as unknown as InventoryFreshness; // the rule reads these fields alone
  const views = [
    view('live', '2026-11-23T10:00:00Z', null),
    view('fresh', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z'),
    view('far', '2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'),
    view('new', null, null),
  ];
  const told = staleClusters(views, 'image', Date.parse('2026-11-23T10:00:30Z'));
  expect(told.map(({ cluster }) => cluster)).toEqual(['far', 'new']);
  expect(staleClusters(views, 'network', 0)).toEqual([]);
});
