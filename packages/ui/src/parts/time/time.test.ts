import { expect, test } from 'vitest';
import { ago, clockTime, spell, spellExact, stopwatch } from './time.rules.ts';

test('an age has one unit, a running time is a stopwatch', () => {
  expect([0, 59_999, 60_000, 7_200_000, 90_000_000].map(spell)).toEqual(['0 s', '59 s', '1 min', '2 h', '1 d']);
  expect([ago(1_000, 1_500), ago(1_000, 62_000)]).toEqual(['now', '1 min ago']);
  expect([0, 42_000, 725_000, 3_727_000].map(stopwatch)).toEqual(['0:00', '0:42', '12:05', '1:02:07']);
  expect([260, 9_960, 42_000].map(spellExact)).toEqual(['0.3 s', '10.0 s', '0:42']);
});

test('a time in UTC says so', () => {
  expect(clockTime(Date.UTC(2026, 10, 23, 14, 5, 9), true)).toBe('2026-11-23 14:05:09Z');
});
