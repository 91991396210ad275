import { BadPattern } from './bad-pattern.ts';
import { not, perlSets, rangeSet, type Test } from './character-sets.ts';
import { makePatternReader } from './pattern-reader.ts';
import { readEscape, readSet } from './sets.ts';

export type Edge = 'start' | 'end' | 'line start' | 'line end' | 'word' | 'no word';
export type Part =
  /** `plain`: the one character that it is, where there is just one. */
  | { kind: 'character'; test: Test; plain?: string }
  | { kind: 'edge'; edge: Edge }
  | { kind: 'row'; parts: Part[] }
  | { kind: 'choice'; parts: Part[] }
  | { kind: 'repeat'; part: Part; least: number; most: number };

/** `i` any case, `m` lines have starts and ends, `s` a dot is a new line too. */
export type Flags = { i: boolean; m: boolean; s: boolean };

const longestPattern = 1_000;
const deepest = 100;
/** Of `{n}`, as in RE2. */
const mostTimes = 1_000;

export function parsePattern(pattern: string): Part {
  if (pattern.length > longestPattern) throw new BadPattern(`it is longer than ${longestPattern} characters`);
  const reader = makePatternReader(pattern);
  let depth = 0;
  let flags: Flags = { i: false, m: false, s: false };
  const whole = choice();
  if (!reader.atEnd()) throw new BadPattern('there is a ")" without a "("');
  return whole;

  function choice(): Part {
    depth += 1;
    if (depth > deepest) throw new BadPattern(`it is nested more than ${deepest} deep`);
    const before = flags;
    const parts = [row()];
    while (reader.accept('|')) parts.push(row());
    flags = before;
    depth -= 1;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
  }

  function row(): Part {
    const parts: Part[] = [];
    while (!reader.atEnd() && !reader.sees('|') && !reader.sees(')')) {
      if (reader.accept('\\Q')) {
        const quoted = Array.from(reader.upTo('\\E'), literal);
        const last = quoted.pop();
        parts.push(...quoted);
        if (last !== undefined) parts.push(repeated(last));
        continue;
      }
      const part = atom();
      if (part !== undefined) parts.push(repeated(part));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'row', parts };
  }

  function repeated(part: Part): Part {
    const times = repetition();
    if (times === undefined) return part;
    // Whether it takes much or little is no matter for whether there is anything at all.
    reader.accept('?');
    if (repetition() !== undefined)
      throw new BadPattern('a repetition follows a repetition; put parentheses around the first');
    return { kind: 'repeat', part, least: times.least, most: times.most };
  }

  function repetition(): { least: number; most: number } | undefined {
    if (reader.accept('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (reader.accept('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (reader.accept('?')) return { least: 0, most: 1 };
    const found = reader.match(/\{(\d+)(?:(,)(\d*))?\}/y);
    if (found === undefined) return undefined;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > mostTimes || (most > mostTimes && most !== Number.POSITIVE_INFINITY) || most < least)
      throw new BadPattern(`the repetition ${found[0]} is not possible; at most ${mostTimes} times`);
    return { least, most };
  }

  /** Undefined: flags, from here to the end of the group. */
  function atom(): Part | undefined {
    const nothing = reader.match(/[*+?]|\{\d+(?:,\d*)?\}/y);
    if (nothing !== undefined) throw new BadPattern(`there is nothing to repeat before "${nothing[0]}"`);
    if (reader.sees('(')) return group();
    if (reader.sees('[')) return { kind: 'character', test: readSet(reader, flags.i) };
    if (reader.accept('.')) return { kind: 'character', test: flags.s ? () => true : (code) => code !== 0x0a };
    if (reader.accept('^')) return { kind: 'edge', edge: flags.m ? 'line start' : 'start' };
    if (reader.accept('$')) return { kind: 'edge', edge: flags.m ? 'line end' : 'end' };
    if (reader.sees('\\')) return escape();
    return literal(reader.take());
  }

  function group(): Part | undefined {
    reader.take();
    if (reader.match(/\?<?[=!]/y) !== undefined) throw new BadPattern('it looks around, which is not supported');
    if (reader.match(/\?(?:P?<\w+>)/y) !== undefined) return closed(choice());
    const set = reader.match(/\?([imsU]*)(?:-([imsU]+))?([:)])/y);
    if (set === undefined) {
      if (reader.sees('?')) throw new BadPattern('a group begins with something unknown behind its "?"');
      return closed(choice());
    }
    const before = flags;
    flags = withFlags(flags, set[1] ?? '', set[2] ?? '');
    if (set[3] === ')') return undefined;
    const inner = closed(choice());
    flags = before;
    return inner;
  }

  function closed(part: Part): Part {
    if (!reader.accept(')')) throw new BadPattern('there is a "(" without a ")"');
    return part;
  }

  function escape(): Part {
    const edge = reader.match(/\\([AzbB])/y)?.[1];
    if (edge !== undefined) return { kind: 'edge', edge: edges[edge] ?? 'start' };
    const set = reader.match(/\\([dDsSwW])/y)?.[1];
    if (set !== undefined) return { kind: 'character', test: perlSets[set] ?? not(() => true) };
    const read = readEscape(reader);
    if (typeof read === 'function') return { kind: 'character', test: read };
    return literal(String.fromCodePoint(read));
  }

  function literal(character: string): Part {
    const code = character.codePointAt(0) ?? 0;
    return { kind: 'character', test: rangeSet(code, code, flags.i), ...(flags.i ? {} : { plain: character }) };
  }
}

const edges: Readonly<Record<string, Edge>> = { A: 'start', z: 'end', b: 'word', B: 'no word' };

function withFlags(flags: Flags, on: string, off: string): Flags {
  const value = (name: 'i' | 'm' | 's'): boolean => (on.includes(name) || flags[name]) && !off.includes(name);
  return { i: value('i'), m: value('m'), s: value('s') };
}
