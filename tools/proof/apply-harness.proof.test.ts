import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  finishes,
  finishesWhenEveryStepRunsTwice,
  survivesCrashBeforeAndAfterEveryRecord,
  unwindsFromEveryStep,
} from '../../packages/workflow/src/testing/index.ts';
import { keysOfChange, prepareApplies, prunedKeys } from './apply-world.ts';

/** The four tests of the engine's harness on applying, in process. */
let applies: Awaited<ReturnType<typeof prepareApplies>>;
const spread = { atOnce: 10 };
const members = 3;
/** The items that are changed, made and deleted, the services of each member, the look before and the inventory after. */
const steps = keysOfChange.length + prunedKeys.length + members + 2;

beforeAll(async () => {
  applies = await prepareApplies(members);
}, 120_000);
afterAll(() => applies.end());

test('it finishes', { timeout: 60_000 }, async () => {
  const { steps: done } = await finishes(applies.make);
  expect(done).toHaveLength(steps);
});

test('it finishes when every step runs twice', { timeout: 60_000 }, async () => {
  expect(await finishesWhenEveryStepRunsTwice(applies.make)).toMatchObject({ status: 'finished' });
});

test('it unwinds from every step', { timeout: 600_000 }, async () => {
  expect(await unwindsFromEveryStep(applies.make, spread)).toBe(2 * steps);
});

test('it survives a crash before and after every record', { timeout: 600_000 }, async () => {
  expect(await survivesCrashBeforeAndAfterEveryRecord(applies.make, spread)).toBeGreaterThan(4 * steps);
});
