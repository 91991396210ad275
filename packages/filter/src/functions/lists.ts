import { FilterFailure } from '../mistake.ts';
import { spend } from '../scope.ts';
import { type FieldType, isList, isMap, type Type } from '../types.ts';
import { areEqual, compare, isMapValue, isValues, type Value } from '../values.ts';
import { integerOf, listOf, mapOf, textOf, wrong } from './expect.ts';
import type { Call, Signature } from './signature.ts';

const elementOf = (type: Type | undefined): FieldType => (type !== undefined && isList(type) ? type.list : 'any');
/** What may not be there is nil, which only `any` and objects may be. */
const elementOrNil = ([type]: readonly Type[]): Type => (typeof elementOf(type) === 'string' ? 'any' : elementOf(type));
const sameList = ([type]: readonly Type[]): Type => ({ list: elementOf(type) });

const list = (gives: Signature['gives'], run: (values: readonly Value[], call: Call) => Value): Signature => ({
  takes: ['list'],
  gives,
  run([value], call) {
    const values = listOf(value, call);
    spend(call.scope, values.length, call.node);
    return run(values, call);
  },
});

export const listFunctions: Readonly<Record<string, Signature>> = {
  len: {
    takes: ['list, map or string'],
    gives: 'integer',
    run: ([value = null], call) => lengthOf(value, call),
  },
  first: list(elementOrNil, (values) => values[0] ?? null),
  last: list(elementOrNil, (values) => values.at(-1) ?? null),
  get: { takes: ['list or map', 'any'], gives: 'any', run: ([from = null, key = null], call) => get(from, key, call) },
  take: {
    takes: ['list', 'integer'],
    gives: sameList,
    run([value, count], call) {
      const most = integerOf(count, call);
      if (most < 0) throw new FilterFailure(call.node, `cannot take ${most} elements`);
      return listOf(value, call).slice(0, most);
    },
  },
  keys: { takes: ['map'], gives: { list: 'any' }, run: ([map], call) => Object.keys(mapOf(map, call)) },
  values: {
    takes: ['map'],
    gives: ([type]) => ({ list: type !== undefined && isMap(type) ? type.map : 'any' }),
    run: ([map], call) => Object.values(mapOf(map, call)),
  },
  toPairs: { takes: ['map'], gives: { list: 'any' }, run: ([map], call) => Object.entries(mapOf(map, call)) },
  fromPairs: list({ map: 'any' }, (pairs, call) => Object.fromEntries(pairs.map((pair) => pairOf(pair, call)))),
  reverse: list(sameList, (values) => values.toReversed()),
  uniq: list(sameList, (values, call) =>
    values.filter((value, at) => {
      spend(call.scope, at, call.node);
      return values.findIndex((other) => areEqual(other, value)) === at;
    }),
  ),
  concat: {
    takes: ['list'],
    rest: 'list',
    gives: (types) => (types.length === 1 ? sameList(types) : { list: 'any' }),
    run: (given, call) => given.flatMap((value) => listOf(value, call)),
  },
  flatten: list({ list: 'any' }, flatten),
  sort: {
    takes: ['list', 'string'],
    optional: 1,
    gives: sameList,
    run: ([value, order = 'asc'], call) => sortBy(listOf(value, call), listOf(value, call), order, call),
  },
};

function lengthOf(value: Value, call: Call): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (value === null && call.types[0] !== 'any') return 0;
  if (isValues(value)) return value.length;
  if (isMapValue(value)) return Object.keys(value).length;
  throw wrong(value, 'a string, list or map', call);
}

function get(from: Value, key: Value, call: Call): Value {
  if (from === null) return null;
  if (isValues(from)) return typeof key === 'number' && Number.isInteger(key) ? (from.at(key) ?? null) : null;
  if (isMapValue(from)) return typeof key === 'string' && Object.hasOwn(from, key) ? (from[key] ?? null) : null;
  throw wrong(from, 'a list or map', call);
}

function pairOf(pair: Value, call: Call): [string, Value] {
  const [key, value] = listOf(pair, call);
  return [textOf(key, call), value ?? null];
}

function flatten(values: readonly Value[], call: Call): readonly Value[] {
  return values.flatMap((value) => (isValues(value) ? flatten(value, call) : [value]));
}

/** `values` in the order of their `keys`; equal ones stay as they stood. */
export function sortBy(values: readonly Value[], keys: readonly Value[], order: Value, call: Call): readonly Value[] {
  if (order !== 'asc' && order !== 'desc') throw new FilterFailure(call.node, 'unknown order, use "asc" or "desc"');
  spend(call.scope, values.length * 10, call.node);
  const sign = order === 'asc' ? 1 : -1;
  const pairs = values.map((value, at) => ({ value, key: keys[at] ?? null }));
  return pairs
    .sort((left, right) => {
      const found = compare(left.key, right.key);
      if (found === undefined) throw new FilterFailure(call.node, 'these elements have no order');
      return sign * found;
    })
    .map(({ value }) => value);
}
