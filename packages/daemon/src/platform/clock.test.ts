import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clockFromEnvironment } from './clock.ts';

test('the test clock follows its file; while that is being written it goes on as it was', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clock-'));
  const path = join(directory, 'clock.json');
  const write = (text: string, second: number): void => {
    writeFileSync(path, text);
    utimesSync(path, second, second);
  };
  write('{"base_ms": 1000000, "rate": 0}', 1);
  const clock = clockFromEnvironment({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_CLOCK: path });
  expect(clock.nowMs()).toBe(1_000_000);
  write('', 2);
  expect(clock.nowMs()).toBe(1_000_000);
  write('{"offset_ms": 5000}', 2);
  expect(clock.nowMs()).toBe(1_005_000);
  expect(() => clockFromEnvironment({ OPERATIONS_CENTER_TEST_CLOCK: path })).toThrow(
    'without OPERATIONS_CENTER_TEST=1',
  );
  rmSync(directory, { recursive: true });
});
