import { expect, test } from 'vitest';
import { z } from 'zod';
import { explainedFields, explainedStatuses, routesNotBuilt } from './oc-differences.ts';
import { faultsByStatus } from './openapi.ts';
import oc from './recorded/oc-0.8.1-routes.json' with { type: 'json' };
import type { RouteSpec } from './route.ts';
import { routes } from './routes.ts';

type Fields = { [name: string]: Fields | null };
type OcRoute = { statuses: number[]; body: Fields | null; answer: Fields | null };

const ocRoutes = oc.routes as Record<string, OcRoute>;
const ours = Object.values<RouteSpec>(routes);
const keyOf = (spec: RouteSpec): string => `${spec.method} ${spec.path}`;
const shared = ours.filter((spec) => keyOf(spec) in ocRoutes);

test('the routes of OC that are not built yet are listed by name, and no other', () => {
  const built = new Set(ours.map(keyOf));
  const missing = Object.keys(ocRoutes).filter((key) => !built.has(key));
  expect(missing.sort()).toEqual([...routesNotBuilt].sort());
});

test('a route that OC lacks is announced by an extension', () => {
  const silent = ours.filter((spec) => !(keyOf(spec) in ocRoutes) && spec.extension === undefined);
  // OC has these two and does not publish them.
  expect(silent.map(keyOf).sort()).toEqual(['GET /', 'GET /1.0'].filter((key) => !(key in ocRoutes)));
});

test.each(shared.map((spec) => [keyOf(spec), spec] as const))('%s: every field that OC takes is taken', (key, spec) => {
  const wanted = Object.keys(ocRoutes[key]?.body ?? {});
  const has = fieldsOf(spec.body, 'input');
  expect(
    wanted.filter(
      (name) => !has.has(name) && !(`${key} < *` in explainedFields) && !(`${key} < ${name}` in explainedFields),
    ),
  ).toEqual([]);
});

test.each(shared.map((spec) => [keyOf(spec), spec] as const))(
  '%s: every field that OC answers is answered',
  (key, spec) => {
    const wanted = Object.keys(ocRoutes[key]?.answer ?? {});
    const has = fieldsOf(spec.answer, 'output');
    expect(wanted.filter((name) => !has.has(name) && !(`${key} > ${name}` in explainedFields))).toEqual([]);
  },
);

test.each(shared.map((spec) => [keyOf(spec), spec] as const))(
  '%s: every status that OC documents can come',
  (key, spec) => {
    const has = new Set([spec.success, ...faultsByStatus(spec).keys()]);
    const missing = (ocRoutes[key]?.statuses ?? []).filter(
      (status) => !has.has(status) && explainedStatuses[`${key} ${status}`] === undefined,
    );
    expect(missing.filter((status) => !(status === 200 && spec.success === 201))).toEqual([]);
  },
);

test('every explanation explains something', () => {
  const keys = [
    ...Object.keys(explainedFields).map((entry) => entry.split(/ [<>] /)[0]),
    ...Object.keys(explainedStatuses).map((entry) => entry.replace(/ \d+$/, '')),
  ];
  expect(keys.filter((key) => key === undefined || !(key in ocRoutes))).toEqual([]);
});

/** Field names of a schema, those of its list entries and alternatives among them. */
function fieldsOf(schema: z.ZodType | undefined, io: 'input' | 'output'): Set<string> {
  const found = new Set<string>();
  if (schema !== undefined) collect(z.toJSONSchema(schema, { io, unrepresentable: 'any' }), found);
  return found;
}

function collect(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { properties, items, anyOf, oneOf, allOf } = node as Record<string, unknown>;
  for (const name of Object.keys((properties as object | undefined) ?? {})) found.add(name);
  for (const inner of [items, anyOf, oneOf, allOf].flat()) collect(inner, found);
}
