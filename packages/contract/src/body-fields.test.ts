import { expect, test } from 'vitest';
import { strictFields } from './body-fields.ts';
import type { RouteSpec } from './route.ts';
import { routes } from './routes.ts';

const withBody = Object.values<RouteSpec>(routes).filter(({ body }) => body !== undefined);
const own = withBody.filter(({ extension }) => extension !== undefined);

test.each(own.map((spec) => [spec.name, spec] as const))('%s is ours, and its fields are known', (_, spec) => {
  expect(strictFields(spec)?.length).toBeGreaterThan(0);
});

test('routes that OC has take whatever comes beside their fields', () => {
  const oc = withBody.filter(({ extension }) => extension === undefined);
  expect(oc.length).toBeGreaterThan(5);
  for (const spec of oc) expect([spec.name, strictFields(spec)]).toEqual([spec.name, undefined]);
});

test('the fields are those that the schema takes', () => {
  expect(strictFields(routes.clusters_run)).toEqual(['plan']);
  expect(strictFields(routes.clusters_plan)).toEqual(expect.arrayContaining(['name', 'server_names', 'ignore']));
  expect(strictFields(routes.webhooks_create)).toEqual(['name', 'url', 'secret', 'events', 'certificate']);
});
