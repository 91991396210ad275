import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillPoint, killTableText, runKillTable, stepsOfCreation } from '../lib/kill-table.ts';
import { startWorld, type World } from '../lib/world.ts';

/** The effect is there and its record is not: the point at which something could be done twice. */
const points: KillPoint[] = stepsOfCreation.map((step) => ({ step, event: 'succeeded', side: 'before' }));

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: points.length * 3, simulator: ['--key', 'p256'] });
});
afterAll(() => world.stop());

test('a daemon killed at any step finishes the creation by itself, with the wanted members and nothing doubled', {
  timeout: 400_000,
}, async () => {
  const rows = await runKillTable(world, points, () => undefined);
  process.stdout.write(`${killTableText(rows)}\n`);
  const whole = rows.map((row) => [row.point, row.outcome, row.members.split(' ').length, row.doubled]);
  expect(whole).toEqual(rows.map((row) => [row.point, 'finished', 3, []]));
});
