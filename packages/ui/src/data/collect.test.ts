import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Key, makeCollector } from './collect.rules.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen(read: () => Promise<void> = async () => undefined) {
  const told: Key[] = [];
  const collector = makeCollector(100, (key) => {
    told.push(key);
    return read();
  });
  return { told, collector };
}

test('the first key is told at once, those after it together and each once', async () => {
  const { told, collector } = listen();
  collector.add(['servers']);
  expect(told).toEqual([['servers']]);
  collector.add(['servers']);
  collector.add(['clusters']);
  collector.add(['servers']);
  expect(told).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.slice(1)).toEqual([['servers'], ['clusters']]);
  await vi.advanceTimersByTimeAsync(100);
  collector.add(['clusters']);
  expect(told).toHaveLength(4);
});

test('what changes while the last change is read is read after it, not instead of it', async () => {
  const reading = Promise.withResolvers<void>();
  const { told, collector } = listen(() => reading.promise);
  collector.add(['servers']);
  collector.add(['servers']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toHaveLength(1);
  reading.resolve();
  await vi.advanceTimersByTimeAsync(100);
  expect(told).toHaveLength(2);
});

test('everything makes the others needless, and after the end nothing is told', async () => {
  const { told, collector } = listen();
  collector.add(['servers']);
  collector.add(['clusters']);
  collector.add([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.slice(1)).toEqual([[]]);
  collector.add(['servers']);
  collector.end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toHaveLength(2);
});
