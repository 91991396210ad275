import { Misread } from './mistake.ts';
import type { Token } from './token.ts';

const plainEscapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const digits: Record<string, RegExp> = {
  x: /[\da-fA-F]{2}/y,
  u: /[\da-fA-F]{4}|\{[\da-fA-F]{1,6}\}/y,
  U: /[\da-fA-F]{8}/y,
};

/** `"…"` and `'…'`, with escapes as Go has them. */
export function readQuoted(text: string, start: number): Token {
  const quote = text.charAt(start);
  let value = '';
  let at = start + 1;
  for (;;) {
    const character = text.charAt(at);
    if (character === quote) return { kind: 'string', text: value, start, end: at + 1 };
    if (character === '' || character === '\n')
      throw new Misread({ start, end: at }, 'literal not terminated', { expected: quote });
    const escape = character === '\\' ? readEscape(text, at, quote) : { value: character, length: 1 };
    value += escape.value;
    at += escape.length;
  }
}

function readEscape(text: string, at: number, quote: string): { value: string; length: number } {
  const letter = text.charAt(at + 1);
  const plain = plainEscapes[letter];
  if (plain !== undefined && (plain === letter ? letter === '\\' || letter === quote : true))
    return { value: plain, length: 2 };
  const octal = /[0-3][0-7]{2}/y;
  octal.lastIndex = at + 1;
  const eight = octal.exec(text)?.[0];
  if (eight !== undefined) return { value: String.fromCodePoint(Number.parseInt(eight, 8)), length: 4 };
  const pattern = digits[letter];
  if (pattern !== undefined) pattern.lastIndex = at + 2;
  const found = pattern?.exec(text)?.[0];
  const code = found === undefined ? undefined : Number.parseInt(found.replace(/[{}]/g, ''), 16);
  // Half characters cannot be in a text that was decoded from UTF-8, so nothing could ever be equal to one.
  if (found === undefined || code === undefined || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new Misread({ start: at, end: at + 2 }, 'invalid char escape', {
      expected: String.raw`\\ \" \n \t \xHH \uHHHH \u{H…} \UHHHHHHHH or three octal digits; a text in backquotes needs no escapes`,
    });
  return { value: String.fromCodePoint(code), length: 2 + found.length };
}

/** A text in backquotes has no escapes; two backquotes are one. */
export function readRaw(text: string, start: number): Token {
  const raw = /`((?:[^`]|``)*)`/y;
  raw.lastIndex = start;
  const found = raw.exec(text);
  if (found === null) throw new Misread({ start, end: text.length }, 'literal not terminated', { expected: '`' });
  return { kind: 'string', text: (found[1] ?? '').replaceAll('``', '`'), start, end: start + found[0].length };
}
