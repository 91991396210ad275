import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChaosRow, listCalls, runChaos } from './chaos.ts';
import { type Creations, prepareCreations } from './creation-world.ts';
import type { Call } from './schedule.ts';

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

let creations: Creations;
let calls: Call[];
beforeAll(async () => {
  creations = await prepareCreations(3);
  calls = await listCalls(creations);
}, 60_000);
afterAll(() => creations.end());

test('under 40 seeded schedules of faults a creation is finished or was never there', {
  timeout: 600_000,
}, async () => {
  const rows: ChaosRow[] = [];
  for (const seed of seeds) rows.push(await runChaos(creations, { seed, calls, order: 'in line' }));
  expect(rows.flatMap(({ seed, wrong }) => wrong.map((what) => `seed ${seed}: ${what}`))).toEqual([]);
  // The schedules did make trouble, of every kind.
  const sum = (count: (row: ChaosRow) => number): number => rows.reduce((total, row) => total + count(row), 0);
  expect(sum(({ crashes }) => crashes)).toBeGreaterThan(20);
  expect(sum(({ mishaps }) => mishaps)).toBeGreaterThan(40);
  expect(sum(({ resumed }) => resumed)).toBeGreaterThan(3);
  expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['finished', 'undone']));
});

test('the same seed tells the same story, record by record and call by call', { timeout: 300_000 }, async () => {
  for (const seed of seeds.slice(0, 10)) {
    const first = await runChaos(creations, { seed, calls, order: 'in line' });
    const again = await runChaos(creations, { seed, calls, order: 'in line' });
    expect(again).toEqual(first);
  }
});
