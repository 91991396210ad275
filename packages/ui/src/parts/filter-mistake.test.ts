import { expect, test } from 'vitest';
import { corrected, readMistakes, sentenceOf, splitAt } from './filter-mistake.rules.ts';

test('a mistake is shown at its place, and put right by the word that was meant', () => {
  const mistake = { start: 4, end: 7, message: 'unknown name nme', suggestion: 'name' };
  expect(readMistakes({ mistakes: [mistake, 'no mistake'] })).toEqual([mistake]);
  expect(readMistakes({ uuid: 'x' })).toEqual([]);
  expect(splitAt('not nme == "a"', mistake)).toEqual(['not ', 'nme', ' == "a"']);
  expect(corrected('not nme == "a"', mistake)).toBe('not name == "a"');
  expect(sentenceOf({ ...mistake, expected: 'a field' })).toBe('unknown name nme: expected a field');
});

test('what is missing at the end has a place, too', () => {
  expect(splitAt('name ==', { start: 7, end: 7, message: 'it ends' })).toEqual(['name ==', ' ', '']);
});
