/** One cell of a table; what has parts is shown as JSON. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The value at `object.properties.description` of a document, or undefined. */
export function readPath(value: unknown, path: string): unknown {
  let here = value;
  for (const part of path.split('.')) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, part) ? Reflect.get(here, part) : undefined;
  }
  return here;
}
