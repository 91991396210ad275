import { expect, test } from 'vitest';
import { FilterFailure } from './mistake.ts';
import { parseFilter } from './parse-filter.ts';

function answer(text: string, record: Record<string, unknown> = {}): boolean {
  const parsed = parseFilter(text, { text: 'string', words: { list: 'string' }, config: { map: 'string' } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.filter.holds(record, 0);
}

test.each([
  'len(1..2000000) > 1',
  'any(1..1000, any(1..1000, any(1..1000, false)))',
  'len(repeat("x", 10000000)) > 1',
  'len(reduce(1..60, #acc + #acc, "xx")) > 1',
  'len(map(1..900, map(1..900, map(1..900, #)))) > 1',
])('%s ends for its work, not for lack of memory', (text) => {
  expect(() => answer(text)).toThrow(FilterFailure);
});

test('a pattern that stops other engines is answered at once, on a text of 100 kB', () => {
  const text = `${'a'.repeat(100_000)}!`;
  expect(answer('text matches "^(a+)+$"', { text })).toBe(false);
  expect(answer('text matches "(a|a)*b"', { text })).toBe(false);
  expect(answer('text matches "a.*a.*a.*!"', { text })).toBe(true);
});

test('what a record lacks, or has otherwise than its type says, is empty', () => {
  for (const record of [{}, { text: null, words: null, config: null }, { text: 1, words: 'x', config: [] }]) {
    expect(answer('text == "" and len(words) == 0 and config["x"] == ""', record)).toBe(true);
    expect(answer('words == nil and config == nil', record)).toBe(true);
  }
});

test('names that every object of JavaScript has are no fields', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(answer(`config["${name}"] == "" and not ("${name}" in config)`, { config: {} })).toBe(true);
    expect(parseFilter(`${name} == ""`, { text: 'string' }).ok).toBe(false);
    expect(parseFilter(`${name}(1)`, { text: 'string' }).ok).toBe(false);
  }
});
