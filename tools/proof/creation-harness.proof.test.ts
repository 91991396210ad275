import { expect, test } from 'vitest';
import { proveCreation } from './creation-harness.ts';

/** Every record of every step, in process (engineering E15); of each way back from a step that fails two records here, all in `npm run proof`. */
test.each([1, 3, 5])(
  'a creation of %i members: finishes, runs twice, unwinds from every step, goes forward again, survives a crash at every record',
  { timeout: 900_000 },
  async (members) => {
    const rows = await proveCreation({ members, seed: 'test', pointsOfAWay: 2, waysAgain: 12, pairs: 20 });
    expect(rows.flatMap(({ what, problems }) => problems.map((problem) => `${what}: ${problem}`))).toEqual([]);
    const runs = Object.fromEntries(rows.map(({ what, runs: count }) => [what, count]));
    const steps = 14 + 5 * members;
    expect(runs['each step fails, before and after it acts']).toBe(2 * steps);
    expect(runs['a crash at every record']).toBe(4 * steps + 2);
    expect(runs['two crashes in a row']).toBe(20);
    expect(runs['forward again from 12 ways back that ask']).toBe(12);
    expect(runs['… a crash at every record of them']).toBe(24);
  },
);
