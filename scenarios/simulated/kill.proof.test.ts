import { findPostgresObstacle } from '@operations-center/database/testing/postgres';
import { expect, test } from 'vitest';
import { listApplyPoints, onceEachStep, runApplyKills } from '../lib/apply-kills.ts';
import { type KillRow, listKillPoints, runKillMatrix } from '../lib/kill-matrix.ts';
import { choosePoints, oncePerStep } from '../lib/kill-points.ts';
import { seededNumbers } from '../lib/random.ts';

/** Two daemons beside each other fill the two cores that a small machine has. */
const lanes = 2;
const timeout = 900_000;
const wrongOf = (rows: readonly KillRow[]): string[] =>
  rows.flatMap(({ way, point, wrong }) => wrong.map((what) => `${way}, ${point}: ${what}`));

test('a daemon killed at any step of a creation of three finishes it, or it was never there', { timeout }, async () => {
  const points = oncePerStep(await listKillPoints(3));
  expect(new Set(points.map(({ way }) => way.name)).size).toBe(2);
  const rows = await runKillMatrix({ members: 3, points, lanes });
  expect(wrongOf(rows)).toEqual([]);
  expect(rows.length).toBeGreaterThan(50);
});

test.each([1, 5])('the same at 20 records of a creation of %i, by chance', { timeout }, async (members) => {
  const points = choosePoints(await listKillPoints(members), 20, seededNumbers(members));
  const rows = await runKillMatrix({ members, points, lanes });
  expect(wrongOf(rows)).toEqual([]);
  expect(rows.length).toBe(20 + lanes);
});

const obstacle = findPostgresObstacle();
test.skipIf(obstacle !== null && process.env['CI'] !== 'true')(
  'of two daemons on one PostgreSQL one is killed: the other finishes it within the lease, or it was never there',
  { timeout },
  async () => {
    expect(obstacle).toBeNull();
    const points = choosePoints(await listKillPoints(3), 26, seededNumbers(2));
    const rows = await runKillMatrix({ members: 3, points, lanes, daemons: 2 });
    expect(wrongOf(rows)).toEqual([]);
    // Where the other one was quicker to take up the work, nobody was killed.
    expect(rows.filter(({ outcome }) => outcome === 'finished' || outcome === 'undone').length).toBeGreaterThanOrEqual(
      20,
    );
  },
);

test('a daemon killed at any step of applying a file finishes it, or all is as it was', { timeout }, async () => {
  const points = onceEachStep(await listApplyPoints());
  expect(new Set(points.map(({ way }) => way.name)).size).toBe(2);
  const rows = await runApplyKills({ points });
  expect(wrongOf(rows)).toEqual([]);
  expect(rows.length).toBeGreaterThan(20);
});

test.skipIf(obstacle !== null && process.env['CI'] !== 'true')(
  'of two daemons one is killed in the midst of applying: the other finishes it, or all is as it was',
  { timeout },
  async () => {
    expect(obstacle).toBeNull();
    const points = choosePoints(await listApplyPoints(), 14, seededNumbers(3));
    const rows = await runApplyKills({ points, daemons: 2 });
    expect(wrongOf(rows)).toEqual([]);
    expect(rows.filter(({ outcome }) => outcome !== 'not met').length).toBeGreaterThanOrEqual(10);
  },
);
