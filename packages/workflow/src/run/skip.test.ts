import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { ExitNotPossible, StepFailure } from '../index.ts';
import {
  makeStep,
  makeTestRunner,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

const fail = (kind: 'permanent' | 'transient' | 'attention') => async (): Promise<never> => {
  throw new StepFailure(kind, 'full', 'the disk is full');
};

describeOnDatabases<unknown>('skip', { migrations: [tablesMigration] }, ({ open }) => {
  test.each(['permanent', 'transient', 'attention'] as const)(
    'a step that may be skipped asks when it fails for good (%s), and what follows goes on without it',
    async (kind) => {
      const db = await open();
      const done: string[] = [];
      const steps = [
        makeStep('first', { undo: { policy, run: async () => void done.push('undo first') } }),
        makeStep('inventory', { after: ['first'], run: fail(kind), skip: 'the next scan reads it' }),
        makeStep('last', { after: ['inventory'], run: async () => (done.push('last'), {}) }),
      ];
      const runner = makeTestRunner(db, [makeWorkflow(steps)]);
      await runner.start();
      const view = await runner.wait(await submitTo(db, runner));
      expect(view).toMatchObject({
        status: 'needs_attention',
        ways_out: [
          { exit: 'retry', does: 'tries "Do inventory" again and goes on from there', loses: false },
          { exit: 'skip', does: 'goes on without "Do inventory" (the next scan reads it)', loses: true },
          { exit: 'undo', loses: true },
          { exit: 'leave', loses: true },
        ],
      });
      await runner.skip(view.id);
      expect(await runner.wait(view.id)).toMatchObject({
        status: 'finished',
        failure: null,
        steps: [{ state: 'succeeded' }, { state: 'skipped' }, { state: 'succeeded' }],
      });
      expect(done).toEqual(['last']);
      const journal = await db.rows(
        "select event, attempt from operation_steps where step = 'inventory' order by seq desc limit 1",
      );
      expect(journal).toEqual([{ event: 'skipped', attempt: kind === 'transient' ? 3 : 1 }]);
      await runner.stop({ graceMs: 1_000 });
    },
  );

  test('a skipped step is taken back like one that failed, when a later one makes the operation turn back', async () => {
    const db = await open();
    const done: string[] = [];
    const undo = { policy, run: async () => void done.push('undo inventory') };
    const steps = [
      makeStep('inventory', { run: fail('permanent'), skip: 'it is read later', undo }),
      makeStep('last', { after: ['inventory'], run: fail('permanent') }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const { id } = await runner.wait(await submitTo(db, runner));
    await runner.skip(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'undone', failure: { step: 'last' } });
    expect(done).toEqual(['undo inventory']);
    await runner.stop({ graceMs: 1_000 });
  });

  test('what does not allow it is not skipped', async () => {
    const db = await open();
    const runner = makeTestRunner(db, [makeWorkflow([makeStep('bootstrap', { run: fail('attention') })])]);
    await runner.start();
    const { id } = await runner.wait(await submitTo(db, runner));
    await expect(runner.skip(id)).rejects.toBeInstanceOf(ExitNotPossible);
    await runner.stop({ graceMs: 1_000 });
  });
});

describeOnDatabases<unknown>('the direction', { migrations: [tablesMigration] }, ({ open }) => {
  test('retry says whether it goes on or goes back', async () => {
    const db = await open();
    let isMended = false;
    const undo = {
      policy,
      run: async () => {
        if (!isMended) throw new StepFailure('attention', 'not_empty', 'it holds an instance');
      },
    };
    const steps = [makeStep('join', { undo }), makeStep('fail', { after: ['join'], run: fail('permanent') })];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const view = await runner.wait(await submitTo(db, runner));
    expect(view).toMatchObject({
      direction: 'back',
      ways_out: [
        { exit: 'retry', does: 'tries again to take back "Do join", then takes back the rest' },
        { exit: 'finish' },
        { exit: 'leave' },
      ],
    });
    await expect(runner.undo(view.id)).rejects.toThrow(/[0-9a-f] needs attention: undo is not possible now/);
    isMended = true;
    await runner.retry(view.id);
    expect(await runner.wait(view.id)).toMatchObject({ status: 'undone', ways_out: [] });
    await runner.stop({ graceMs: 1_000 });
  });
});
