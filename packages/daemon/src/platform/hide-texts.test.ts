import { expect, test } from 'vitest';
import { hideTexts } from './hide-texts.ts';

test('secrets are hidden wherever they stand, short ones only where they stand alone', () => {
  const value = { a: 'hunter22', 'of hunter22': ['x hunter22 hunter22$& y', 22, null], b: '22', c: '2022' };
  expect(hideTexts(value, ['22', 'hunter22', ''])).toEqual({
    a: '**redacted**',
    'of **redacted**': ['x **redacted** **redacted**$& y', 22, null],
    b: '**redacted**',
    c: '2022',
  });
});

test('without a secret the value is the same', () => {
  const value = { a: 1 };
  expect(hideTexts(value, [])).toBe(value);
});
