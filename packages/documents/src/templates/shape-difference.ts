import { isObject } from '../decode.ts';
import { formatPath, type Path } from '../problem.ts';

/** The first place where two documents differ, and how: never what stands there, for it may be secret. */
export function describeDifference(asText: unknown, asValue: unknown): string {
  const at = findDifference(asText, asValue, []);
  const place = at.path.length === 0 ? 'the whole document' : formatPath(at.path);
  return `${place} comes to ${describe(at.text)} as text, and to ${describe(at.value)} as a value`;
}

type Difference = { path: Path; text: unknown; value: unknown };

function findDifference(text: unknown, value: unknown, path: Path): Difference {
  if (Array.isArray(text) && Array.isArray(value) && text.length === value.length)
    return inside([...text.keys()], text, value, path) ?? { path, text, value };
  // A key that only one of them has may be a piece of a value.
  if (!isObject(text) || !isObject(value) || !hasSameKeys(text, value)) return { path, text, value };
  return inside(Object.keys(value), text, value, path) ?? { path, text, value };
}

const hasSameKeys = (one: object, other: object): boolean =>
  JSON.stringify(Object.keys(one).sort()) === JSON.stringify(Object.keys(other).sort());

function inside(keys: readonly (string | number)[], text: object, value: object, path: Path): Difference | undefined {
  for (const key of keys) {
    const [one, other] = [Reflect.get(text, key) as unknown, Reflect.get(value, key) as unknown];
    if (JSON.stringify(one, exact) !== JSON.stringify(other, exact)) return findDifference(one, other, [...path, key]);
  }
  return undefined;
}

const exact = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return `a map of ${Object.keys(value).length}`;
  return typeof value === 'boolean' ? String(value) : 'a number';
}
