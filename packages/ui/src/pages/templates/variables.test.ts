import { expect, test } from 'vitest';
import { readVariables } from './variables.rules.ts';

test.each([
  ['', {}, undefined],
  ['{"A":{"default":"1"}}', { A: { default: '1' } }, undefined],
  ['[]', {}, 'a map of variables'],
  ['{', {}, 'it is no JSON'],
])('%j is read as %j, and of it is said: %s', (text, value, problem) => {
  const read = readVariables(text);
  expect(read.value).toEqual(value);
  if (problem === undefined) expect(read.problem).toBeUndefined();
  else expect(read.problem).toContain(problem);
});
