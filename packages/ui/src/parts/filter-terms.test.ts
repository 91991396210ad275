import { expect, test } from 'vitest';
import { hasTerm, termOf, toggleTerm } from './filter-terms.rules.ts';

const far = termOf('cluster', 'far');

test.each([
  ['', far],
  [far, ''],
  ['name startsWith "a"', `name startsWith "a" and ${far}`],
  [`name startsWith "a" and ${far}`, 'name startsWith "a"'],
  [`name == " and " and ${far}`, 'name == " and "'],
  ['name == "a" or name == "b"', `(name == "a" or name == "b") and ${far}`],
  [`any(object.ports, .x == 1 and .y == 2)`, `any(object.ports, .x == 1 and .y == 2) and ${far}`],
  [`(name == "a" or name == "b") and ${far}`, '(name == "a" or name == "b")'],
  ['category == "land or sea"', `category == "land or sea" and ${far}`],
])('%s becomes %s', (filter, becomes) => {
  expect(toggleTerm(filter, far)).toBe(becomes);
});

test('a term is found among others, and not inside of a text', () => {
  expect(hasTerm(`name == "x" and ${far}`, far)).toBe(true);
  expect(hasTerm(`name == ${JSON.stringify(far)}`, far)).toBe(false);
  expect(termOf('name', 'a"b')).toBe('name == "a\\"b"');
});
