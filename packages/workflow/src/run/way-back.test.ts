import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { StepFailure } from '../index.ts';
import {
  makeGate,
  makeStep,
  makeTestRunner,
  makeWait,
  makeWorkflow,
  nextEvent,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

describeOnDatabases<unknown>('the way back', { migrations: [tablesMigration] }, ({ open }) => {
  test('an undo that is tried again waits since its first try, and says which try it is and what comes after the last', async () => {
    const db = await open();
    let nowMs = 1_800_000_000_000;
    const gates = { third: makeGate(), end: makeGate() };
    const undo = async ({ attempt }: { attempt: number }): Promise<void> => {
      nowMs += 60_000;
      if (attempt < 3) throw new StepFailure('transient', 'refused', 'connection refused');
      gates.third.open();
      await gates.end.passed;
    };
    const steps = [
      makeStep('reset', { undo: { policy: { ...policy, attempts: 5 }, run: undo } }),
      makeStep('join', {
        after: ['reset'],
        run: async () => {
          throw new StepFailure('permanent', 'broken', 'it is broken');
        },
      }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)], { clock: { nowMs: () => nowMs } });
    await runner.start();
    const id = await submitTo(db, runner);
    await gates.third.passed;
    expect((await runner.view(id))?.waits).toMatchObject([
      {
        for: 'taking back: Do reset',
        since: 1_800_000_000_000,
        observed: { text: 'connection refused', at: 1_800_000_120_000 },
        unblocks: 'its answer, at most 5 s a try; try 3 of 5; if all fail, in 4 ms or later, a person chooses',
      },
    ]);
    gates.end.open();
    expect(await runner.wait(id)).toMatchObject({
      status: 'undone',
      steps: [{ state: 'undone' }, { state: 'failed' }],
    });
    await runner.stop({ graceMs: 1_000 });
  });

  test('between two tries to take back it can be left as it is; while a try runs it cannot', async () => {
    const db = await open();
    const gates = { begun: makeGate(), go: makeGate() };
    let tries = 0;
    const undo = async (): Promise<void> => {
      tries += 1;
      gates.begun.open();
      await gates.go.passed;
      throw new StepFailure('transient', 'refused', 'connection refused');
    };
    const slow = { ...policy, attempts: 5, backoffMs: 60_000, backoffMaxMs: 60_000 };
    const steps = [
      makeStep('reset', { undo: { policy: slow, run: undo } }),
      makeStep('join', {
        after: ['reset'],
        run: async () => {
          throw new StepFailure('permanent', 'broken', 'it is broken');
        },
      }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const failed = nextEvent(runner, 'undo_failed', 'reset');
    const id = await submitTo(db, runner);
    await gates.begun.passed;
    expect((await runner.view(id))?.ways_out).toEqual([]);
    await expect(runner.leave(id)).rejects.toMatchObject({ exits: [] });
    gates.go.open();
    await failed;
    expect((await runner.view(id))?.ways_out).toMatchObject([{ exit: 'leave', loses: true }]);
    await runner.leave(id);
    expect(await runner.view(id)).toMatchObject({ status: 'left', waits: [] });
    await runner.stop({ graceMs: 1_000 });
    expect(tries).toBe(1);
  });

  test('a step that failed forward stays failed, also after another try to take the others back', async () => {
    const db = await open();
    let asks = true;
    const undo = async (): Promise<void> => {
      if (asks) throw new StepFailure('attention', 'differs', 'it holds an instance');
    };
    const broken = async (): Promise<never> => {
      throw new StepFailure('permanent', 'broken', 'it is broken');
    };
    const steps = [
      makeStep('reset', { undo: { policy, run: undo } }),
      makeStep('join', { after: ['reset'], run: broken }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const id = await submitTo(db, runner);
    const asking = { status: 'needs_attention', steps: [{ state: 'undo_failed' }, { state: 'failed' }] };
    expect(await runner.wait(id)).toMatchObject(asking);
    await runner.retry(id);
    expect(await runner.wait(id)).toMatchObject(asking);
    asks = false;
    await runner.retry(id);
    expect(await runner.wait(id)).toMatchObject({
      status: 'undone',
      steps: [{ state: 'undone' }, { state: 'failed' }],
    });
    await runner.stop({ graceMs: 1_000 });
  });

  test('while it goes back nothing is shown as running forward, and at its end nothing as done', async () => {
    const db = await open();
    const gates = { begun: makeGate(), end: makeGate() };
    const undo = async (): Promise<void> => {
      gates.begun.open();
      await gates.end.passed;
    };
    const steps = [
      makeStep('reset', { undo: { policy, run: undo } }),
      makeStep('join', { after: ['reset'] }),
      makeWait('member', async () => ({ done: false, seen: 'nothing' }), ['join']),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const begun = nextEvent(runner, 'started', 'member');
    const id = await submitTo(db, runner);
    await begun;
    await runner.cancel(id);
    await gates.begun.passed;
    expect(await runner.view(id)).toMatchObject({
      status: 'undoing',
      steps: [{ state: 'undoing' }, { state: 'succeeded' }, { state: 'undone' }],
      waits: [{ for: 'taking back: Do reset' }],
    });
    gates.end.open();
    expect(await runner.wait(id)).toMatchObject({
      status: 'undone',
      steps: [{ state: 'undone' }, { state: 'undone' }, { state: 'undone' }],
    });
    await runner.stop({ graceMs: 1_000 });
  });

  test('a step that has nothing to take back went back when all did, not when it was done', async () => {
    const db = await open();
    let nowMs = 1_800_000_000_000;
    const steps = [
      makeStep('look'),
      makeStep('reset', {
        after: ['look'],
        undo: {
          policy,
          run: async () => {
            nowMs += 60_000;
          },
        },
      }),
      makeStep('join', {
        after: ['reset'],
        run: async () => {
          nowMs += 1_000;
          throw new StepFailure('permanent', 'broken', 'it is broken');
        },
      }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)], { clock: { nowMs: () => nowMs } });
    await runner.start();
    const { steps: seen } = await runner.wait(await submitTo(db, runner));
    expect(seen).toMatchObject([
      { state: 'undone', started_at: null, ended_at: 1_800_000_061_000 },
      { state: 'undone', started_at: 1_800_000_001_000, ended_at: 1_800_000_061_000 },
      { state: 'failed', ended_at: 1_800_000_001_000 },
    ]);
    await runner.stop({ graceMs: 1_000 });
  });
});
