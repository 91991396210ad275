import type { Schema } from '../../data/json-schema.ts';

/** A key, or `-` for an entry of a list. */
export type Step = string;

/** All that may hold at a place: references followed, alternatives side by side. */
function unfold(schema: Schema | undefined, root: Schema, depth = 0): Schema[] {
  if (schema === undefined || depth > 8) return [];
  const named = schema.$ref?.replace('#/definitions/', '');
  const parts = [
    ...(named === undefined ? [] : [root.definitions?.[named]]),
    ...[schema.allOf, schema.anyOf, schema.oneOf].flatMap((list) => list ?? []),
    // What holds under a condition is offered as well: the daemon says if it does not.
    schema.then,
  ];
  return [schema, ...parts.flatMap((part) => unfold(part, root, depth + 1))];
}

/** What may stand below a place. */
export function schemasAt(root: Schema, path: readonly Step[]): Schema[] {
  let here = unfold(root, root);
  for (const step of path) {
    here = here.flatMap((schema) => {
      if (step === '-') return unfold(schema.items, root);
      const own = schema.properties?.[step];
      const other = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      return unfold(own ?? other, root);
    });
  }
  return here;
}

export type Offer = { label: string; about: string };

/** The keys that may stand in the map at a place. */
export function keysAt(root: Schema, path: readonly Step[]): Offer[] {
  const found = new Map<string, Offer>();
  for (const schema of schemasAt(root, path))
    for (const [label, below] of Object.entries(schema.properties ?? {})) {
      const about = unfold(below, root).find(({ description }) => description !== undefined)?.description ?? '';
      if (!found.has(label)) found.set(label, { label, about });
    }
  return [...found.values()];
}

/** The values that may stand at a place, where they are few; else examples. */
export function valuesAt(root: Schema, path: readonly Step[]): Offer[] {
  const schemas = schemasAt(root, path);
  const isFlag = schemas.some(({ type }) => type === 'boolean' || (Array.isArray(type) && type.includes('boolean')));
  const values = schemas.flatMap((schema) => [...(schema.enum ?? []), ...(schema.examples ?? [])]);
  const words = [...values, ...(isFlag ? [true, false] : [])].filter(
    (value) => value !== null && typeof value !== 'object',
  );
  return [...new Set(words.map(String))].map((label) => ({ label, about: '' }));
}

/** What the schema says of a place, for people. */
export function aboutAt(root: Schema, path: readonly Step[]): { title: string; text: string } | undefined {
  const schemas = schemasAt(root, path);
  const title = schemas.find((schema) => schema.title !== undefined)?.title;
  const text = schemas.find((schema) => schema.description !== undefined)?.description;
  return title === undefined && text === undefined ? undefined : { title: title ?? '', text: text ?? '' };
}
