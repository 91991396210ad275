import { Misread } from './mistake.ts';
import type { Node } from './syntax.ts';
import type { Token } from './token.ts';

/** A number as it is written: hexadecimal, octal, binary, with `_` between digits, with a point or an exponent. */
export function readNumber(token: Token): Node {
  const text = token.text.replaceAll('_', '');
  const isWhole = /^0[xob]/i.test(text) || !/[.e]/i.test(text);
  // A leading zero is just a zero here.
  const value = Number(isWhole && !/^0[xob]/i.test(text) ? text.replace(/^0+(?=\d)/, '') : text);
  const range = { start: token.start, end: token.end };
  if (!Number.isFinite(value)) throw new Misread(range, `invalid number: ${token.text}`);
  if (isWhole && !Number.isSafeInteger(value))
    throw new Misread(range, `integer ${token.text} is too large`, { expected: 'at most 9007199254740991' });
  return { kind: 'literal', type: isWhole ? 'integer' : 'number', value, ...range };
}
