import { type FieldType, isList, type Type } from './types.ts';

/** Nanoseconds since 1970. */
export type Instant = { time: bigint };
/** Nanoseconds. */
export type Duration = { duration: bigint };
export type Value =
  | null
  | boolean
  | number
  | string
  | Instant
  | Duration
  | readonly Value[]
  | { readonly [name: string]: Value };

export const isInstant = (value: Value): value is Instant =>
  isObject(value) && 'time' in value && typeof value.time === 'bigint';
export const isDuration = (value: Value): value is Duration =>
  isObject(value) && 'duration' in value && typeof value.duration === 'bigint';
export const isValues = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isMapValue = (value: Value): value is { readonly [name: string]: Value } =>
  isObject(value) && !isInstant(value) && !isDuration(value);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Year 1: what a time is that was never set. */
export const zeroTime: Instant = { time: -62_135_596_800n * 1_000_000_000n };

/** A value of a record as its field's type says. What is missing, null or of another type is the type's zero. */
export function readAs(type: FieldType, raw: unknown): Value {
  if (type === 'string') return typeof raw === 'string' ? raw : '';
  if (type === 'integer' || type === 'number') return typeof raw === 'number' ? raw : 0;
  if (type === 'boolean') return raw === true;
  if (type === 'time') return readTime(raw) ?? zeroTime;
  if (type === 'duration') return { duration: typeof raw === 'number' ? BigInt(Math.trunc(raw)) : 0n };
  // JSON holds nothing else than values.
  if (type === 'any') return (raw ?? null) as Value;
  if (isList(type)) return Array.isArray(raw) ? raw.map((element) => readAs(type.list, element)) : null;
  if (isObject(raw)) return raw as Value;
  return 'fields' in type ? {} : null;
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

export function readTime(raw: unknown): Instant | undefined {
  const found = typeof raw === 'string' ? rfc3339.exec(raw) : null;
  if (found === null) return undefined;
  const [, day, clock, fraction = '', zone = 'Z'] = found;
  const ms = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  // The 30th of February is read as the 2nd of March.
  const isDay = new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day?.slice(8));
  return Number.isNaN(ms) || !isDay ? undefined : { time: BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')) };
}

/** Numbers are compared as numbers, lists and maps by what they hold; nil is only nil. */
export function areEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  if (isInstant(left)) return isInstant(right) && left.time === right.time;
  if (isDuration(left)) return isDuration(right) && left.duration === right.duration;
  if (isValues(left))
    return (
      isValues(right) && left.length === right.length && left.every((value, at) => areEqual(value, right[at] ?? null))
    );
  if (!isMapValue(left) || !isMapValue(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && areEqual(left[name] ?? null, right[name] ?? null))
  );
}

/** Below zero, zero, above it; undefined: these two have no order. NaN is neither below nor above. */
export function compare(left: Value, right: Value): number | undefined {
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right);
  if (isInstant(left) && isInstant(right)) return Number(left.time - right.time);
  if (isDuration(left) && isDuration(right)) return Number(left.duration - right.duration);
  return undefined;
}

/** As UTF-8 bytes are compared, and as both databases do; JavaScript compares halves of characters. */
export function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  return weightOf(left.charCodeAt(at)) - weightOf(right.charCodeAt(at));
}

/** Halves of characters above U+FFFF come after all that is one half alone. */
const weightOf = (half: number): number => (half >= 0xd800 && half <= 0xdfff ? half + 0x10000 : half);

/** The word that `type(x)` answers. */
export function typeWord(value: Value, type: Type): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return type === 'integer' ? 'int' : 'float';
  if (typeof value === 'string') return 'string';
  if (isValues(value)) return 'array';
  if (isInstant(value)) return 'time.Time';
  return isDuration(value) ? 'time.Duration' : 'map';
}
