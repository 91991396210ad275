import { FilterFailure } from '../mistake.ts';
import { isList, isNumeric, type Type } from '../types.ts';
import { isDuration, isInstant, isMapValue, isValues, typeWord, type Value } from '../values.ts';
import { writeDuration } from './durations.ts';
import { describe, integerOf, numberOf, wrong } from './expect.ts';
import type { Call, Signature } from './signature.ts';

const rounded = (change: (value: number) => number): Signature => ({
  takes: ['number'],
  gives: 'number',
  run: ([value], call) => change(numberOf(value, call)),
});

/** On the 64 bits that Go has. */
const bits = (change: (left: bigint, right: bigint) => bigint): Signature => ({
  takes: ['integer', 'integer'],
  gives: 'integer',
  run([left, right], call) {
    const [a, b] = [BigInt(integerOf(left, call)), BigInt(integerOf(right, call))];
    return safe(BigInt.asIntN(64, change(a, b)), call);
  },
});
const shift = (change: (value: bigint, by: bigint) => bigint): Signature => ({
  ...bits(change),
  run(given, call) {
    const by = integerOf(given[1], call);
    if (by < 0) throw new FilterFailure(call.node, `invalid operation: negative shift count ${by}`);
    // Beyond 64 places nothing is left but the sign.
    return bits(change).run([given[0] ?? null, Math.min(by, 64)], call);
  },
});

function safe(value: bigint, call: Call): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new FilterFailure(call.node, 'the result is too large an integer');
}

/** Elements of lists, and of lists in them; a failure for what is no number. */
function numbersIn(values: readonly Value[], call: Call): number[] {
  return values.flatMap((value) => (isValues(value) ? numbersIn(value, call) : [numberOf(value, call)]));
}

const typeOfNumbers = (types: readonly Type[]): Type => {
  const inner = types.map((type) => (isList(type) ? type.list : type));
  if (types.some(isList)) return 'any';
  return inner.every((type) => type === 'integer') ? 'integer' : inner.every(isNumeric) ? 'number' : 'any';
};
const extreme = (pick: (numbers: readonly number[]) => number): Signature => ({
  takes: ['list or number'],
  rest: 'list or number',
  gives: typeOfNumbers,
  run(given, call) {
    const numbers = numbersIn(given, call);
    return numbers.length === 0 ? null : pick(numbers);
  },
});
const average = (pick: (numbers: readonly number[]) => number): Signature => ({
  takes: ['list or number'],
  rest: 'list or number',
  gives: 'number',
  run(given, call) {
    const numbers = numbersIn(given, call);
    return numbers.length === 0 ? 0 : pick(numbers);
  },
});

export const numberFunctions: Readonly<Record<string, Signature>> = {
  abs: { takes: ['number'], gives: ([type = 'any']) => type, run: ([value], call) => Math.abs(numberOf(value, call)) },
  ceil: rounded(Math.ceil),
  floor: rounded(Math.floor),
  // Away from zero, as Go does at halves.
  round: rounded((value) => Math.sign(value) * Math.floor(Math.abs(value) + (Math.abs(value) % 1 >= 0.5 ? 0.5 : 0))),
  int: { takes: ['any'], gives: 'integer', run: toInteger },
  float: { takes: ['any'], gives: 'number', run: toNumber },
  toFloat64: { takes: ['any'], gives: 'number', run: ([value]) => (typeof value === 'number' ? value : 0) },
  string: {
    takes: ['any'],
    gives: 'string',
    run: ([value = null], call) => write(value, call.types[0] ?? 'any', call),
  },
  type: { takes: ['any'], gives: 'string', run: ([value = null], { types: [type = 'any'] }) => typeWord(value, type) },
  max: extreme((numbers) => numbers.reduce((most, one) => (one > most ? one : most))),
  min: extreme((numbers) => numbers.reduce((least, one) => (one < least ? one : least))),
  mean: average((numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length),
  median: average((numbers) => {
    const sorted = numbers.toSorted((left, right) => left - right);
    const middle = Math.floor(sorted.length / 2);
    const [low = 0, high = 0] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
    return (low + high) / 2;
  }),
  bitand: bits((left, right) => left & right),
  bitor: bits((left, right) => left | right),
  bitxor: bits((left, right) => left ^ right),
  bitnand: bits((left, right) => left & ~right),
  bitnot: { takes: ['integer'], gives: 'integer', run: ([value], call) => -integerOf(value, call) - 1 },
  bitshl: shift((value, by) => value << by),
  bitshr: shift((value, by) => value >> by),
  bitushr: shift((value, by) => BigInt.asUintN(64, value) >> by),
};

function toInteger([value]: readonly Value[], call: Call): Value {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') throw wrong(value, 'a number or a string', call);
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new FilterFailure(call.node, 'invalid operation: int of a string that is no integer');
}

function toNumber([value]: readonly Value[], call: Call): Value {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw wrong(value, 'a number or a string', call);
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new FilterFailure(call.node, 'invalid operation: float of a string that is no number');
}

function write(value: Value, type: Type, call: Call): string {
  if (typeof value === 'string') return value;
  if (value === null) return '<nil>';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return type === 'integer' ? BigInt(value).toString() : writeNumber(value);
  if (isDuration(value)) return writeDuration(value.duration);
  if (isInstant(value) || isMapValue(value) || isValues(value))
    throw new FilterFailure(call.node, `string takes no ${describe(value).slice(2)}`);
  return '';
}

/** As Go's `%v`: exponents have two digits, and begin at 1e-05 and 1e+06. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
