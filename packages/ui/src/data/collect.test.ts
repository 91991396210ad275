import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Key, makeCollector } from './collect.rules.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first key is told at once, those after it together and each once', () => {
  const told: Key[] = [];
  const collector = makeCollector(100, (key) => void told.push(key));
  collector.add(['servers']);
  expect(told).toEqual([['servers']]);
  collector.add(['servers']);
  collector.add(['clusters']);
  collector.add(['servers']);
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(told.slice(1)).toEqual([['servers'], ['clusters']]);
  vi.advanceTimersByTime(100);
  collector.add(['clusters']);
  expect(told).toHaveLength(4);
});

test('everything makes the others needless, and after the end nothing is told', () => {
  const told: Key[] = [];
  const collector = makeCollector(100, (key) => void told.push(key));
  collector.add(['servers']);
  collector.add(['clusters']);
  collector.add([]);
  vi.advanceTimersByTime(100);
  expect(told.slice(1)).toEqual([[]]);
  collector.add(['servers']);
  collector.end();
  vi.advanceTimersByTime(1_000);
  expect(told).toHaveLength(2);
});
