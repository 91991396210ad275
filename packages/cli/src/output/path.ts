/** The value at `object.properties.description` of a document, or undefined. */
export function readPath(value: unknown, path: string): unknown {
  let here = value;
  for (const part of path.split('.')) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, part) ? Reflect.get(here, part) : undefined;
  }
  return here;
}
