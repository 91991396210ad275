import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import {
  findPoints,
  finishes,
  finishesWhenEveryStepRunsTwice,
  forwardAgain,
  makeTrials,
  survivesCrashBeforeAndAfterEveryRecord,
  tryAll,
  unwindsFromEveryStep,
} from './index.ts';
import { makeSyntheticWorld, syntheticMigration } from './synthetic.ts';

describeOnDatabases<unknown>('the synthetic workflow', { migrations: [syntheticMigration] }, ({ open }) => {
  /** One database for all points of a test, emptied for each: making one is dear on PostgreSQL. */
  async function makeMaker() {
    const database = await open();
    return async () => {
      await database.write('empty', async (tx) => {
        for (const table of ['things', 'endings', 'operations']) await preparedRun(tx, `delete from ${table}`);
      });
      return { ...makeSyntheticWorld(database), end: async () => {} };
    };
  }

  test('finishes', async () => {
    expect(await finishes(await makeMaker())).toMatchObject({ status: 'finished', waits: [], failure: null });
  });
  test('finishes when every step runs twice', async () => {
    expect(await finishesWhenEveryStepRunsTwice(await makeMaker())).toMatchObject({ status: 'finished' });
  });
  test('unwinds from every step', async () => {
    expect(await unwindsFromEveryStep(await makeMaker())).toBe(20);
  });
  test('survives a crash before and after every record', async () => {
    const records = { forward: 10 * 2 + 1, failed: 9 * 2 + 2, back: 7 * 2 + 1 };
    const all = records.forward + records.failed + records.back;
    expect(await survivesCrashBeforeAndAfterEveryRecord(await makeMaker())).toBe(2 * all);
  }, 60_000);
  test.each([
    ['seal', 'before'],
    ['join/b', 'after'],
    ['prepare/a', 'after'],
  ] as const)(
    'goes forward again when taking back %s asks %s it acted, also with a crash at every record',
    async (asking, moment) => {
      const make = await makeMaker();
      const way = forwardAgain(new Set(['seal']), asking, moment);
      const points = await findPoints(make, way);
      const trials = makeTrials(
        make,
        points.map((point) => ({ way, crashes: [point] })),
      );
      expect(await tryAll(trials)).toMatchObject({ finished: points.length, problems: [] });
    },
    60_000,
  );
});
