import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { factsOf, type InventoryKindFacts, inventoryKindNames, isOfOc } from './inventory-kinds.ts';
import type { RouteSpec } from './route.ts';
import { inventoryItem, inventoryRoutes } from './routes/inventory.ts';
import { apiExtensions } from './routes.ts';

type Recorded = { id: string; response_body: { metadata: unknown } };
const recorded: Recorded[] = JSON.parse(readFileSync(new URL('./recorded/inventory.json', import.meta.url), 'utf8'));
const answerOf = (id: string): unknown => recorded.find((one) => one.id === id)?.response_body.metadata;

/** The fields of an item, from the facts of its kind, in OC's order. */
const fieldsOf = (facts: InventoryKindFacts): string[] => [
  'uuid',
  'cluster',
  ...(facts.server === 'none' ? [] : ['server']),
  ...(facts.project === 'none' ? [] : ['project_name']),
  ...(facts.parent === 'none' ? [] : ['parent_name']),
  'name',
  ...(facts.hasType ? ['type'] : []),
  'object',
  'last_updated',
];

const valueAt = (item: unknown, path: string): unknown => {
  let value = item;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part]; // looked at below
  return value;
};

test.each(inventoryKindNames.filter(isOfOc))('%s has the fields, the routes and the columns that OC shows', (kind) => {
  const facts = factsOf(kind);
  const one = answerOf(`inventory-${facts.segment}-get`);
  expect(Object.keys(inventoryItem.parse(one))).toEqual(fieldsOf(facts));
  expect(Object.keys(one as object)).toEqual(fieldsOf(facts));
  expect(facts.columns.filter(({ path }) => typeof valueAt(one, path) !== 'string')).toEqual([]);
  const paths = Object.values(inventoryRoutes).filter(({ name }) => name.startsWith(`inventory_${facts.segment}_`));
  const recordedPaths = recorded.filter(
    ({ id }) => id.startsWith(`inventory-${facts.segment}-`) || id === `inventory-${facts.segment}`,
  );
  expect([paths.length, recordedPaths.length]).toEqual([3, 4]);
});

test.each(inventoryKindNames.filter((kind) => !isOfOc(kind)))(
  '%s, which OC lacks, is announced by its routes',
  (kind) => {
    const { segment, extension, onlyIfNamed } = factsOf(kind);
    const own = Object.values<RouteSpec>(inventoryRoutes).filter(({ path }) => path.split('/')[3] === segment);
    expect(own.map((route) => route.extension)).toEqual([extension, extension, extension]);
    expect(apiExtensions).toContain(extension);
    // OC's answer over all kinds has no place for it.
    expect(onlyIfNamed).toBe(true);
  },
);

test('a parameter that a kind does not have is ignored, an empty one is not given', () => {
  const query = { recursion: '1', cluster: '', server: 's', project: 'p' };
  expect(inventoryRoutes.inventory_storage_pools_list.query.parse(query)).toEqual({ recursion: true, total: false });
  expect(inventoryRoutes.inventory_instances_list.query.parse(query)).toEqual({
    recursion: true,
    total: false,
    server: 's',
    project: 'p',
  });
});
