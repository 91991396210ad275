import { expect, test } from 'vitest';
import { readVariables } from './variables.rules.ts';

test.each([
  ['', {}, ''],
  ['{"A":{"default":"1"}}', { A: { default: '1' } }, ''],
  ['[]', {}, 'a map of variables by name is expected'],
  ['{', {}, 'it is no JSON: '],
])('%j is read as %j, and of it is said: %s', (text, value, problem) => {
  const read = readVariables(text);
  expect(read.value).toEqual(value);
  expect((read.problem ?? '').startsWith(problem)).toBe(true);
  expect(read.problem === undefined).toBe(problem === '');
});
