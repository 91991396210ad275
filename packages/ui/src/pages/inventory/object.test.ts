import type { InventoryItem } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { readPath, stateOfStatus, withCondition } from './object.rules.ts';

test('a column reads what stands at its path, and nothing where there is nothing', () => {
  const item = {
    name: 'c1',
    object: { status: 'Running', config: { a: 1 }, description: null },
  } as unknown as InventoryItem; // the rest is not read
  const paths = ['name', 'object.status', 'object.config', 'object.description', 'object.none.below', 'server'];
  expect(paths.map((path) => readPath(item, path))).toEqual(['c1', 'Running', '{"a":1}', '', '', '']);
  expect(['Running', 'Error', 'Stopping', 'Stopped', 'Unavailable'].map(stateOfStatus)).toEqual([
    'ready',
    'failed',
    'working',
    'unreachable',
    'attention',
  ]);
});

test('a facet is added to the filter once', () => {
  const condition = 'object.status == "Running"';
  const once = withCondition('name == "a" or name == "b"', condition);
  expect(once).toBe('(name == "a" or name == "b") and object.status == "Running"');
  expect(withCondition(once, condition)).toBe(once);
  expect(withCondition(' ', condition)).toBe(condition);
});
