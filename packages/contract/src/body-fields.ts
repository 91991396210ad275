import { z } from 'zod';
import type { RouteSpec } from './route.ts';

const known = new WeakMap<z.ZodType, readonly string[]>();

/**
 * The fields that the body of a route may have, where it is strict: on our own routes a key that nobody knows is a
 * mistake of the caller's (engineering E9). OC's routes let such keys pass, as OC does: undefined.
 */
export function strictFields({
  body,
  extension,
}: Pick<RouteSpec, 'body' | 'extension'>): readonly string[] | undefined {
  if (body === undefined || extension === undefined) return undefined;
  const fields = known.get(body) ?? fieldsOf(body);
  known.set(body, fields);
  return fields;
}

function fieldsOf(body: z.ZodType): readonly string[] {
  const { properties } = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
  if (properties === undefined) throw new Error('the body of a route of our own is an object with named fields');
  return Object.keys(properties);
}
