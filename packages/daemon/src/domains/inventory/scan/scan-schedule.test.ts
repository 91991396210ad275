import { expect, test } from 'vitest';
import { nextScanMs } from './scan-schedule.rules.ts';

const minute = 60_000;
const everyMs = 15 * minute;

test('a cluster has its own place in the period, whenever it was read last', () => {
  const next = nextScanMs('c1', { startedMs: 0, failures: 0 }, everyMs);
  expect(next).toBeGreaterThan(0);
  expect(next).toBeLessThanOrEqual(everyMs);
  expect(nextScanMs('c1', { startedMs: next - 1, failures: 0 }, everyMs)).toBe(next);
  expect(nextScanMs('c1', { startedMs: next, failures: 0 }, everyMs)).toBe(next + everyMs);
});

test('what could not be read in full is tried again after a minute, then ever later, never later than usual', () => {
  const regular = nextScanMs('c1', { startedMs: 0, failures: 0 }, everyMs);
  const begun = regular;
  const waits = [1, 2, 3, 4, 5, 60].map(
    (failures) => nextScanMs('c1', { startedMs: begun, failures }, everyMs) - begun,
  );
  expect(waits).toEqual([1, 2, 4, 8, 15, 15].map((minutes) => minutes * minute));
});
