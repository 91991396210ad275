import { BadPattern } from './bad-pattern.ts';
import { type Part, parsePattern } from './parse-pattern.ts';
import { compileProgram, runProgram } from './program.ts';

export type Matcher = (text: string) => boolean;

/** A pattern that is worked out from each record's own fields is made anew for each; these are kept. */
const mostKept = 100;
const kept = new Map<string, Matcher | string>();

/**
 * Does a text hold a part that the pattern fits? The syntax is RE2's, as Go has it: what it cannot do (looking around,
 * referring back) is what could take for ever, and so the time is the text's length times the pattern's, whatever both
 * are. A string says why the pattern cannot be used.
 */
export function compilePattern(pattern: string): Matcher | string {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const made = make(pattern);
  if (kept.size >= mostKept) kept.clear();
  kept.set(pattern, made);
  return made;
}

function make(pattern: string): Matcher | string {
  try {
    const part = parsePattern(pattern);
    return plainMatcher(part) ?? runProgram(compileProgram(part));
  } catch (error) {
    if (error instanceof BadPattern) return error.message;
    throw error;
  }
}

/** Most patterns are a text with, perhaps, its beginning or end. */
function plainMatcher(part: Part): Matcher | undefined {
  const parts = part.kind === 'row' ? part.parts : [part];
  const atStart = isEdge(parts[0], 'start');
  const atEnd = isEdge(parts.at(-1), 'end');
  const middle = parts.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  if (middle.length === 0 || !middle.every((one) => one.kind === 'character' && one.plain !== undefined))
    return undefined;
  const text = middle.map((one) => (one.kind === 'character' ? one.plain : '')).join('');
  if (atStart && atEnd) return (given) => given === text;
  if (atStart) return (given) => given.startsWith(text);
  return atEnd ? (given) => given.endsWith(text) : (given) => given.includes(text);
}

const isEdge = (part: Part | undefined, edge: 'start' | 'end'): boolean => part?.kind === 'edge' && part.edge === edge;
