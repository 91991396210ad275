import { openSqlite } from '@operations-center/database';
import { expect, test } from 'vitest';
import {
  finishes,
  finishesWhenEveryStepRunsTwice,
  survivesCrashBeforeAndAfterEveryRecord,
  unwindsFromEveryStep,
} from './index.ts';
import { makeSyntheticWorld, syntheticMigration } from './synthetic.ts';

const makeWorld = async () =>
  makeSyntheticWorld(await openSqlite({ path: ':memory:', migrations: [syntheticMigration] }));

test('finishes', () => finishes(makeWorld));
test('finishes when every step runs twice', () => finishesWhenEveryStepRunsTwice(makeWorld));
test('unwinds from every step', async () => {
  expect(await unwindsFromEveryStep(makeWorld)).toBe(20);
});
test('survives a crash before and after every record', async () => {
  expect(await survivesCrashBeforeAndAfterEveryRecord(makeWorld)).toBeGreaterThan(100);
});
