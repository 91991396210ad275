import { expect, test } from 'vitest';
import { runStorms } from '../lib/chaos.ts';
import { listKillPoints } from '../lib/kill-matrix.ts';

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

test('under 40 seeded storms a creation by a real daemon is finished or was never there', {
  timeout: 1_200_000,
}, async () => {
  const points = await listKillPoints(3);
  const rows = await runStorms({ seeds, points, lanes: 2 });
  expect(rows.flatMap(({ seed, wrong }) => wrong.map((what) => `seed ${seed}: ${what}`))).toEqual([]);
  // There was weather of every kind.
  const sum = (count: 'kills' | 'mishaps' | 'powerCuts' | 'resumed'): number =>
    rows.reduce((total, row) => total + row[count], 0);
  expect(sum('kills')).toBeGreaterThan(10);
  expect(sum('mishaps')).toBeGreaterThan(20);
  expect(sum('powerCuts')).toBeGreaterThan(2);
  expect(sum('resumed')).toBeGreaterThan(2);
});
