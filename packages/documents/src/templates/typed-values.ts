import { holdsPrivateKey } from '../certificate.ts';
import { isObject } from '../decode.ts';
import { parseDocument } from '../document.ts';
import { fitsPattern } from './patterns.ts';
import type { TypedVariable, VariableType } from './template.ts';
import { textOf } from './text-values.ts';
import { bytesOf, nanosecondsOf, textForms } from './value-forms.ts';

/** A value as it is put into the tree, or what it should have been. A message never shows the value: it may be secret. */
export type TypedValue = { ok: true; value: unknown } | { ok: false; expected: string };

const refuse = (expected: string): TypedValue => ({ ok: false, expected });
const accept = (value: unknown): TypedValue => ({ ok: true, value });

/** Is this a value of the variable? Numbers, booleans, lists and maps may also come as text. */
export function readTypedValue(variable: TypedVariable, given: unknown): TypedValue {
  const read = readByType(variable, given);
  if (!read.ok) return read;
  return findBound(variable, read.value) ?? read;
}

type Reader = (variable: TypedVariable, given: unknown) => TypedValue;

/** Every other type is text of some form. */
const readers: Partial<Record<VariableType, Reader>> = {
  integer: (_, given) => readInteger(given),
  number: (_, given) => readNumber(given),
  boolean: (_, given) => readBoolean(given),
  list: (_, given) => readTree('list', given),
  map: (_, given) => readTree('map', given),
};
const readByType: Reader = (variable, given) => (readers[variable.type] ?? readText)(variable, given);

function readInteger(given: unknown): TypedValue {
  if (typeof given === 'bigint' || (typeof given === 'number' && Number.isSafeInteger(given))) return accept(given);
  if (typeof given !== 'string' || !/^[+-]?\d{1,100}$/.test(given)) return refuse('a whole number');
  const exact = BigInt(given.replace(/^\+/, ''));
  return accept(Number.isSafeInteger(Number(exact)) ? Number(exact) : exact);
}

function readNumber(given: unknown): TypedValue {
  if (typeof given === 'bigint' || (typeof given === 'number' && Number.isFinite(given))) return accept(given);
  const isNumber = typeof given === 'string' && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(given);
  const value = Number(given);
  return isNumber && Number.isFinite(value) ? accept(value) : refuse('a number');
}

function readBoolean(given: unknown): TypedValue {
  if (typeof given === 'boolean') return accept(given);
  return given === 'true' || given === 'false' ? accept(given === 'true') : refuse('true or false');
}

/** A list or a map, as it came or as YAML. */
function readTree(type: 'list' | 'map', given: unknown): TypedValue {
  const parsed = typeof given === 'string' ? parseDocument(given, '') : undefined;
  const value = parsed?.ok === true ? parsed.value.value : given;
  const fits = type === 'list' ? Array.isArray(value) : isObject(value);
  return fits ? accept(value) : refuse(`a ${type}`);
}

function readText(variable: TypedVariable, given: unknown): TypedValue {
  const expected = textForms[variable.type]?.expected ?? 'text';
  const text = given === null ? undefined : textOf(given);
  if (text === undefined) return refuse(expected);
  if (textForms[variable.type]?.fits(text) === false) return refuse(expected);
  if (holdsPrivateKey(text) && variable.secret !== true)
    return refuse('something else than a private key, which only a secret variable may hold');
  return accept(text);
}

/** What `enum`, `pattern`, `min` and `max` have against a value of the right type. */
function findBound(variable: TypedVariable, value: unknown): TypedValue | undefined {
  const { enum: words, pattern, min, max } = variable;
  const text = textOf(value);
  if (words !== undefined && !(text !== undefined && words.includes(text))) return refuse(`one of ${words.join(', ')}`);
  if (pattern !== undefined && !(text !== undefined && fitsPattern(pattern, text)))
    return refuse(`text of the form ${pattern}`);
  const size = measure(variable, value);
  const isLow = min !== undefined && size < limitOf(variable, min);
  const isHigh = max !== undefined && size > limitOf(variable, max);
  if (!isLow && !isHigh) return undefined;
  const what = isNumeric(variable) ? 'a value' : 'a length';
  const range = [min === undefined ? '' : `from ${min}`, max === undefined ? '' : `up to ${max}`]
    .filter(Boolean)
    .join(' ');
  return refuse(`${what} ${range}`);
}

const isNumeric = ({ type }: TypedVariable): boolean => ['integer', 'number', 'size', 'duration'].includes(type);

/** What `min` and `max` are compared with. */
function measure({ type }: TypedVariable, value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (type === 'size') return bytesOf(String(value)) ?? 0;
  if (type === 'duration') return nanosecondsOf(String(value)) ?? 0;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : String(value).length;
}

/** A limit in the unit in which the type is measured; NaN: it is none. */
export function limitOf({ type }: TypedVariable, limit: string): number {
  if (type === 'size') return bytesOf(limit) ?? Number.NaN;
  if (type === 'duration') return nanosecondsOf(limit) ?? Number.NaN;
  return limit === '' ? Number.NaN : Number(limit);
}
