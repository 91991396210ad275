import { expect, test } from 'vitest';
import { quote } from './hcl.ts';

/** Reads a quoted text as HCL's own grammar has it; throws where code would begin. */
function readQuoted(literal: string): string {
  if (!/^".*"$/s.test(literal)) throw new Error('not quoted');
  const inner = literal.slice(1, -1);
  let text = '';
  for (let at = 0; at < inner.length; ) {
    const rest = inner.slice(at);
    const [taken, value] = readPiece(rest);
    text += value;
    at += taken;
  }
  return text;
}

const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function readPiece(rest: string): [taken: number, value: string] {
  if (/^(?:\$\$\{|%%\{)/.test(rest)) return [3, rest.slice(1, 3)];
  if (/^(?:\$\{|%\{)/.test(rest)) throw new Error('code begins here');
  if (/^["\n\r]/.test(rest)) throw new Error('the text ends here');
  const code = /^\\u([0-9a-f]{4})/.exec(rest)?.[1];
  if (code !== undefined) return [6, String.fromCharCode(Number.parseInt(code, 16))];
  if (rest.startsWith('\\')) {
    const value = letters[rest[1] ?? ''];
    if (value === undefined) throw new Error(`no escape: ${rest.slice(0, 2)}`);
    return [2, value];
  }
  return [1, rest[0] ?? ''];
}

const hostile = ['$', '%', '{', '}', '"', '\\', '\n', '\r', '\t', '\u0000', '\u2028', 'EOT', 'x', '#', 'é', '😀'];

/** A small generator with a seed, so that a failure can be made again. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

test('5,000 hostile texts are read back as they were', () => {
  const next = numbers(20_261_123);
  for (let turn = 0; turn < 5_000; turn += 1) {
    const length = next.next().value % 12;
    const text = Array.from({ length }, () => hostile[next.next().value % hostile.length]).join('');
    expect(readQuoted(quote(text)), JSON.stringify(text)).toBe(text);
  }
});

test('as Operations Center’s users know it', () => {
  expect(quote('a\n\r\t"\\${x}%{y}$5 50%')).toBe('"a\\n\\r\\t\\"\\\\$${x}%%{y}$5 50%"');
});
