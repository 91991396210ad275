import { Misread, type Range } from './mistake.ts';
import { readQuoted, readRaw } from './strings.ts';
import type { Token } from './token.ts';

const wordOperators = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
]);

const space = /[\s\u0085]+/y;
const comment = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const word = /[_$\p{L}][_$\p{L}\p{Nd}]*/uy;
/** A dot belongs to a number unless another follows: `1..3` is a range. */
const number =
  /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?)/y;
const sign = /\?\.|\?\?|\.\.|\|\||&&|::|\*\*|[!=<>]=|[?.|:,;%+\-^!=<>*/#]/y;

export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = match(space, text, at) ?? match(comment, text, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (first === '"' || first === "'") return readQuoted(text, start);
  if (first === '`') return readRaw(text, start);
  if (/[bB]/.test(first) && /['"]/.test(text.charAt(start + 1)))
    throw new Misread({ start, end: start + 2 }, 'bytes (b"…") are not supported', { expected: 'a string: "…"' });
  const name = match(word, text, start);
  if (name !== undefined)
    return { kind: wordOperators.has(name) ? 'operator' : 'name', text: name, ...span(start, name) };
  const digits = match(number, text, start);
  if (digits !== undefined) return finishNumber(text, start, digits);
  if ('([{)]}'.includes(first)) return { kind: 'bracket', text: first, ...span(start, first) };
  if (text.startsWith('/*', start))
    throw new Misread({ start, end: text.length }, 'unclosed comment', { expected: '*/' });
  const operator = match(sign, text, start);
  if (operator !== undefined) return { kind: 'operator', text: operator, ...span(start, operator) };
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw new Misread(span(start, character), `unrecognized character ${JSON.stringify(character)}`);
}

function finishNumber(text: string, start: number, digits: string): Token {
  const end = start + digits.length;
  word.lastIndex = end;
  if (/[_$\p{L}\p{Nd}]/u.test(text.slice(end, end + 2)) && match(/[_$\p{L}\p{Nd}]/uy, text, end) !== undefined)
    throw new Misread({ start, end: end + 1 }, `bad number syntax: ${JSON.stringify(text.slice(start, end + 1))}`);
  return { kind: 'number', text: digits, start, end };
}

const span = (start: number, text: string): Range => ({ start, end: start + text.length });

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
