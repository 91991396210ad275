import { expect, test } from 'vitest';
import { concernedBy } from './concerned.rules.ts';

test('a change of the inventory concerns the lists of its kind, its object and the counts, and nothing else', () => {
  expect(
    concernedBy({ type: 'inventory', metadata: { kind: 'network', uuid: 'u', source: '/1.0/inventory/x' } }),
  ).toEqual([
    ['inventory', 'facets'],
    ['inventory', 'list', 'network'],
    ['inventory', 'one', 'u'],
  ]);
  expect(concernedBy({ type: 'lost', metadata: { of: 'inventory' } })).toEqual([[]]);
  expect(concernedBy({ type: 'lifecycle', metadata: { source: '/1.0/warnings/u' } })).toEqual([
    ['warnings'],
    ['inventory', 'freshness'],
  ]);
});
