/** Which fields of an item are wanted: `[['name'], ['object', 'status']]`. */
export type Projection = readonly (readonly string[])[];

type Fields = Record<string, unknown>;

/** The JSON of an item with these fields alone; what it does not have is left out. */
export function project(json: string, fields: Projection | undefined): string {
  if (fields === undefined) return json;
  const item = JSON.parse(json) as Fields; // made by us
  const shown: Fields = {};
  for (const path of fields) put(shown, item, path);
  return JSON.stringify(shown);
}

function put(to: Fields, from: Fields, [name = '', ...below]: readonly string[]): void {
  if (!Object.hasOwn(from, name)) return;
  const value = from[name];
  if (below.length === 0) define(to, name, value);
  else if (isFields(value)) {
    const there = Object.hasOwn(to, name) && isFields(to[name]) ? to[name] : {};
    put(there, value, below);
    define(to, name, there);
  }
}

/** Names are data: `__proto__` is one like others. */
const define = (to: Fields, name: string, value: unknown): unknown =>
  Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
