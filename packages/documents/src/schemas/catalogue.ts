import { applicationSchema } from './application.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';
import { serviceSchemas, servicesSchema } from './services/services.ts';

/** The files people write, and each service for itself: what a schema is published of. */
const published = { services: servicesSchema, application: applicationSchema, ...serviceSchemas };

export const publishedSchemas: readonly { name: string; title: string }[] = Object.entries(published).map(
  ([name, schema]) => ({ name, title: schema.meta()?.title ?? name }),
);

const made = new Map<string, JsonSchema>();

/** The JSON Schema of that name; undefined: there is none. */
export function findJsonSchema(name: string): JsonSchema | undefined {
  const schema = Object.entries(published).find(([known]) => known === name)?.[1];
  const before = made.get(name);
  if (schema === undefined || before !== undefined) return before;
  const fresh = toJsonSchema(schema, `urn:operations-center:schema:${name}`);
  made.set(name, fresh);
  return fresh;
}
