import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import {
  makeGate,
  makeStep,
  makeTestRunner,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

describeOnDatabases<unknown>('a step that fetches', { migrations: [tablesMigration] }, ({ open }) => {
  test('cancel ends a step that only fetches in the middle, and takes it back', async () => {
    const db = await open();
    const done: string[] = [];
    const begun = makeGate();
    const fetching = makeStep('fetch', {
      fetches: true,
      undo: { policy, run: async () => void done.push('undo fetch') },
      run: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          begun.open();
        }),
    });
    const runner = makeTestRunner(db, [makeWorkflow([fetching])]);
    await runner.start();
    const id = await submitTo(db, runner);
    await begun.passed;
    await runner.cancel(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'undone', failure: null });
    expect(done).toEqual(['undo fetch']);
    await runner.stop({ graceMs: 1_000 });
  });
});
