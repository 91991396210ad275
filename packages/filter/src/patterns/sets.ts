import { BadPattern } from './bad-pattern.ts';
import { not, perlSets, posixSets, rangeSet, type Test, unicodeSet } from './character-sets.ts';
import type { PatternReader } from './pattern-reader.ts';

/** `[…]`; the reader stands before it. */
export function readSet(reader: PatternReader, anyCase: boolean): Test {
  reader.take();
  const isNegated = reader.accept('^');
  const tests: Test[] = [];
  // A "]" at the beginning is one of the characters.
  let isFirst = true;
  while (isFirst || !reader.sees(']')) {
    if (reader.atEnd()) throw new BadPattern('there is a "[" without a "]"');
    tests.push(readMember(reader, anyCase));
    isFirst = false;
  }
  reader.take();
  const any: Test = (code) => tests.some((test) => test(code));
  return isNegated ? not(any) : any;
}

function readMember(reader: PatternReader, anyCase: boolean): Test {
  const posix = reader.match(/\[:(\^?)(\w+):\]/y);
  if (posix !== undefined) {
    const set = posixSets[posix[2] ?? ''];
    if (set === undefined) throw new BadPattern(`there is no set ${posix[0]}`);
    return posix[1] === '^' ? not(set) : set;
  }
  const perl = reader.match(/\\([dDsSwW])/y)?.[1];
  if (perl !== undefined) return perlSets[perl] ?? not(() => true);
  const first = readOne(reader);
  if (typeof first === 'function') return first;
  // "-" before the end is itself.
  if (reader.match(/-(?!\])/y) === undefined) return rangeSet(first, first, anyCase);
  const last = readOne(reader);
  if (typeof last === 'function' || last < first) throw new BadPattern('a range of characters ends before it begins');
  return rangeSet(first, last, anyCase);
}

function readOne(reader: PatternReader): number | Test {
  if (reader.sees('\\')) return readEscape(reader);
  const character = reader.take();
  if (character === '') throw new BadPattern('there is a "[" without a "]"');
  return character.codePointAt(0) ?? 0;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** The character that an escape stands for, or the set. */
export function readEscape(reader: PatternReader): number | Test {
  const property = reader.match(/\\([pP])(?:\{(\^?)(\w+)\}|(\w))/y);
  if (property !== undefined) {
    const set = unicodeSet(property[3] ?? property[4] ?? '');
    if (set === undefined) throw new BadPattern(`there is no set ${property[0]}`);
    return (property[1] === 'P') === (property[2] === '^') ? set : not(set);
  }
  const hex = reader.match(/\\x(?:\{([\da-fA-F]{1,6})\}|([\da-fA-F]{2}))/y);
  if (hex !== undefined) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (code <= 0x10ffff) return code;
  }
  const octal = reader.match(/\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y)?.[1];
  if (octal !== undefined) return Number.parseInt(octal, 8);
  const control = reader.match(/\\([aftnrv])/y)?.[1];
  if (control !== undefined) return controls[control] ?? 0;
  const sign = reader.match(/\\([!-/:-@[-`{-~])/y)?.[1];
  if (sign !== undefined) return sign.codePointAt(0) ?? 0;
  if (reader.match(/\\[1-9k]/y) !== undefined)
    throw new BadPattern('it refers back to a part of itself, which is not supported');
  reader.take();
  throw new BadPattern(`there is no escape \\${reader.take()}`);
}
