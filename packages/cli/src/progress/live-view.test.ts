import { expect, test } from 'vitest';
import { operation, step } from '../testing/operations.ts';
import { makeLiveView } from './live-view.ts';

test('a terminal that does not know its size is drawn on as on one of 80 columns', () => {
  const written: string[] = [];
  const stderr = { columns: 0, rows: 0, isTTY: true, write: (text: string) => written.push(text) };
  // Only what is drawn on is looked at.
  const view = makeLiveView({ env: { NO_COLOR: '1' }, stderr } as never);
  const running = operation('running', [step('bootstrap/server1 running')]);
  for (const at of ['2026-11-22T21:00:21Z', '2026-11-22T21:00:22Z']) view.draw(running, Date.parse(at));
  expect(written[0]).toContain('Create cluster "wonderful" from 3 servers');
  expect(written[0]).toContain('● bootstrap');
  // The second frame stands over the first: as many lines up as that had.
  const lines = (written[0] ?? '').split('\n').length - 1;
  expect(written[1]?.startsWith(`\x1b[${lines}A`)).toBe(true);
});
