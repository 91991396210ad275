/**
 * Reads JSON as Go's encoding/json does, because IncusOS does: unknown keys are ignored, key case is ignored, null and
 * absent mean the zero value, and a wrong type is an error with Go's words.
 */
export type Shape =
  | { kind: 'bool' | 'int' | 'string' | 'any' }
  | { kind: 'list' | 'map'; of: Shape }
  | { kind: 'struct'; name: string; fields: Record<string, Shape>; omitted: ReadonlySet<string> };

export type Json = Record<string, unknown>;

export const bool: Shape = { kind: 'bool' };
export const int: Shape = { kind: 'int' };
export const string: Shape = { kind: 'string' };
export const any: Shape = { kind: 'any' };
export const list = (of: Shape): Shape => ({ kind: 'list', of });
export const map = (of: Shape): Shape => ({ kind: 'map', of });

/** `{'key?': shape}` is left out of the result when empty (Go's omitempty). */
export function struct(name: string, fields: Record<string, Shape>): Shape & { kind: 'struct' } {
  const bare = (key: string) => key.replace(/\?$/, '');
  return {
    kind: 'struct',
    name,
    fields: Object.fromEntries(Object.entries(fields).map(([key, shape]) => [bare(key), shape])),
    omitted: new Set(
      Object.keys(fields)
        .filter((key) => key.endsWith('?'))
        .map(bare),
    ),
  };
}

/** The text is what Go's decoder would say. */
export class GoDecodeError extends Error {}

/** A value that should be a string; anything else is the empty one. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a body. Only the first value counts: a Go decoder never looks at what follows it. */
export function parseGo(body: Buffer | string): unknown {
  const text = body.toString();
  if (text.trim() === '') throw new GoDecodeError('EOF');
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const after = /after JSON at position (\d+)/.exec(message)?.[1];
    if (after !== undefined) return JSON.parse(text.slice(0, Number(after)));
    const at = /position (\d+)/.exec(message)?.[1];
    const character =
      /Unexpected token '(.)'/su.exec(message)?.[1] ?? (at === undefined ? undefined : text[Number(at)]);
    throw new GoDecodeError(
      character === undefined ? 'unexpected EOF' : `invalid character '${character}' looking for beginning of value`,
    );
  }
}

/** A parsed value in the wanted shape, every key present that Go would write. `at` is where it stands in the body. */
export function decodeGo(shape: Shape & { kind: 'struct' }, value: unknown, at = ''): Json {
  const decoded = decode(shape, value, shape.name, at);
  return isObject(decoded) ? decoded : {};
}

function decode(shape: Shape, value: unknown, owner: string, path: string): unknown {
  if (value === undefined || value === null) return zeroOf(shape);
  const mismatch = () => {
    const text = typeof value === 'number' && shape.kind === 'int' ? `number ${value}` : kindOf(value);
    const where = path === '' ? 'Go value' : `Go struct field ${owner}.${path}`;
    return new GoDecodeError(`json: cannot unmarshal ${text} into ${where} of type ${typeName(shape)}`);
  };
  if (shape.kind === 'any') return value;
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) throw mismatch();
    return value.map((item) => decode(shape.of, item, owner, path));
  }
  if (shape.kind === 'map') {
    if (!isObject(value)) throw mismatch();
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(shape.of, item, owner, path)]));
  }
  if (shape.kind === 'struct') {
    if (!isObject(value)) throw mismatch();
    return decodeStruct(shape, value, path === '' ? shape.name : owner, path);
  }
  if (
    shape.kind === 'int' ? !Number.isInteger(value) : typeof value !== { bool: 'boolean', string: 'string' }[shape.kind]
  ) {
    throw mismatch();
  }
  return value;
}

function decodeStruct(shape: Shape & { kind: 'struct' }, value: Json, owner: string, path: string): Json {
  const given = new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]));
  const decoded: Json = {};
  for (const [key, field] of Object.entries(shape.fields)) {
    const item = Object.hasOwn(value, key) ? value[key] : given.get(key.toLowerCase());
    const read = decode(field, item, owner, path === '' ? key : `${path}.${key}`);
    if (!(shape.omitted.has(key) && isEmpty(read, field))) decoded[key] = read;
  }
  return decoded;
}

function zeroOf(shape: Shape): unknown {
  if (shape.kind === 'struct') return decodeStruct(shape, {}, shape.name, '');
  return { bool: false, int: 0, string: '', any: null, list: null, map: null }[shape.kind];
}

/** Structs behind an omitempty key are pointers in IncusOS' types: absent means nil. */
function isEmpty(value: unknown, shape: Shape): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return false;
  return shape.kind === 'struct'
    ? JSON.stringify(value) === JSON.stringify(zeroOf(shape))
    : Object.keys(value).length === 0;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return { boolean: 'bool', number: 'number', string: 'string' }[typeof value as string] ?? 'object';
}

function typeName(shape: Shape): string {
  if (shape.kind === 'list') return `[]${typeName(shape.of)}`;
  if (shape.kind === 'map') return `map[string]${typeName(shape.of)}`;
  if (shape.kind === 'struct') return `api.${shape.name}`;
  return { bool: 'bool', int: 'int', float: 'float64', string: 'string', any: 'interface {}' }[shape.kind];
}
