import { FilterFailure } from '../mistake.ts';
import { spend } from '../scope.ts';
import type { Value } from '../values.ts';
import { integerOf, listOf, textOf } from './expect.ts';
import type { Call, Signature } from './signature.ts';

const text = (takes: Signature['takes'], optional: number, run: Signature['run']): Signature => ({
  takes,
  optional,
  gives: 'string',
  run,
});
const one = (change: (value: string) => string): Signature =>
  text(['string'], 0, ([value], call) => change(textOf(value, call)));

/** As Go: letter by letter, so the length in letters stays. */
const byLetter = (value: string, change: (letter: string) => string): string =>
  Array.from(value, (letter) => {
    if (letter === '\u0130') return change('I') === 'i' ? 'i' : letter;
    const changed = change(letter);
    return changed.length === letter.length ? changed : letter;
  }).join('');
export const lower = (value: string): string => byLetter(value, (letter) => letter.toLowerCase());
const upper = (value: string): string => byLetter(value, (letter) => letter.toUpperCase());

const isSpace = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
function trim(value: string, isOut: (letter: string) => boolean): string {
  const letters = Array.from(value);
  const first = letters.findIndex((letter) => !isOut(letter));
  return first === -1 ? '' : letters.slice(first, letters.findLastIndex((letter) => !isOut(letter)) + 1).join('');
}

const inText = (find: (text: string, part: string) => number): Signature => ({
  takes: ['string', 'string'],
  gives: 'integer',
  // Go counts bytes.
  run([value, part], call) {
    const whole = textOf(value, call);
    const at = find(whole, textOf(part, call));
    return at === -1 ? -1 : Buffer.byteLength(whole.slice(0, at));
  },
});

const has = (test: (text: string, part: string) => boolean): Signature => ({
  takes: ['string', 'string'],
  gives: 'boolean',
  run: ([value, part], call) => test(textOf(value, call), textOf(part, call)),
});

export const textFunctions: Readonly<Record<string, Signature>> = {
  lower: one(lower),
  upper: one(upper),
  trim: text(['string', 'string'], 1, ([value, out], call) => {
    const letters = out === undefined ? undefined : new Set(textOf(out, call));
    return trim(textOf(value, call), (letter) => letters?.has(letter) ?? isSpace.test(letter));
  }),
  trimPrefix: text(['string', 'string'], 1, ([value, prefix = ' '], call) => {
    const [whole, start] = [textOf(value, call), textOf(prefix, call)];
    return whole.startsWith(start) ? whole.slice(start.length) : whole;
  }),
  trimSuffix: text(['string', 'string'], 1, ([value, suffix = ' '], call) => {
    const [whole, end] = [textOf(value, call), textOf(suffix, call)];
    return whole.endsWith(end) ? whole.slice(0, whole.length - end.length) : whole;
  }),
  hasPrefix: has((value, part) => value.startsWith(part)),
  hasSuffix: has((value, part) => value.endsWith(part)),
  indexOf: inText((value, part) => value.indexOf(part)),
  lastIndexOf: inText((value, part) => value.lastIndexOf(part)),
  split: {
    takes: ['string', 'string', 'integer'],
    optional: 1,
    gives: { list: 'string' },
    run: (given, call) => split(given, call, false),
  },
  splitAfter: {
    takes: ['string', 'string', 'integer'],
    optional: 1,
    gives: { list: 'string' },
    run: (given, call) => split(given, call, true),
  },
  replace: text(['string', 'string', 'string', 'integer'], 1, replace),
  repeat: text(['string', 'integer'], 0, ([value, count], call) => {
    const times = integerOf(count, call);
    if (times < 0) throw new FilterFailure(call.node, 'invalid argument for repeat (expected positive integer)');
    const whole = textOf(value, call);
    spend(call.scope, whole.length * times, call.node);
    return whole.repeat(times);
  }),
  join: text(['list', 'string'], 1, ([list, between = ''], call) => {
    const joined = listOf(list, call)
      .map((part) => textOf(part, call))
      .join(textOf(between, call));
    spend(call.scope, joined.length, call.node);
    return joined;
  }),
};

function split([value, by, count]: readonly Value[], call: Call, keeps: boolean): Value {
  const [whole, part] = [textOf(value, call), textOf(by, call)];
  const most = count === undefined ? -1 : integerOf(count, call);
  if (most === 0) return [];
  const all = part === '' ? Array.from(whole) : whole.split(part);
  spend(call.scope, all.length, call.node);
  const head = most < 0 || all.length <= most ? all : [...all.slice(0, most - 1), all.slice(most - 1).join(part)];
  return keeps ? head.map((piece, at) => (at < head.length - 1 ? piece + part : piece)) : head;
}

function replace([value, from, to, count]: readonly Value[], call: Call): string {
  const [whole, old, next] = [textOf(value, call), textOf(from, call), textOf(to, call)];
  const most = count === undefined ? -1 : integerOf(count, call);
  const pieces = old === '' ? ['', ...Array.from(whole), ''] : whole.split(old);
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  spend(call.scope, whole.length + times * next.length, call.node);
  return (
    pieces.slice(0, times + 1).join(next) +
    pieces
      .slice(times + 1)
      .map((piece) => old + piece)
      .join('')
  );
}
