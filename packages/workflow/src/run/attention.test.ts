import { openSqlite } from '@operations-center/database';
import { expect, test } from 'vitest';
import { Crash, StepFailure } from '../index.ts';
import {
  makeGate,
  makeStep,
  makeTestRunner,
  makeWorkflow,
  nextEvent,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

const openDatabase = () => openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });

test('where a person must choose, a failure beside it takes nothing back by itself', async () => {
  const db = await openDatabase();
  const gate = makeGate();
  const done: string[] = [];
  const undo = { policy, run: async () => void done.push('undo') };
  const fail = async (kind: 'attention' | 'permanent'): Promise<never> => {
    throw new StepFailure(kind, kind, `failed: ${kind}`);
  };
  const steps = [
    makeStep('ask', { undo, run: () => fail('attention') }),
    makeStep('fail', { undo, run: async () => (await gate.passed, fail('permanent')) }),
  ];
  const runner = makeTestRunner(db, [makeWorkflow(steps)]);
  await runner.start();
  const id = await submitTo(db, runner);
  expect(await runner.wait(id)).toMatchObject({ status: 'needs_attention', failure: { code: 'attention' } });
  const rested = nextEvent(runner, 'resting');
  gate.open();
  await rested;
  expect(await runner.view(id)).toMatchObject({
    status: 'needs_attention',
    steps: [{ state: 'failed' }, { state: 'failed' }],
  });
  expect(done).toEqual([]);
  await runner.undo(id);
  expect(await runner.wait(id)).toMatchObject({ status: 'undone' });
  expect(done).toEqual(['undo', 'undo']);
  await runner.stop({ graceMs: 1_000 });
  await db.close();
});

test('a crashed runner writes nothing more, whatever of it still runs', async () => {
  const db = await openDatabase();
  const gate = makeGate();
  const crashed = makeGate();
  const runsOn = makeStep('runs on', { run: async () => (await gate.passed, {}) });
  const workflow = makeWorkflow([], { steps: (plan) => [plan === 'dies' ? makeStep('dies') : runsOn] });
  const runner = makeTestRunner(db, [workflow], {
    killPoint: (step, event, side) => {
      if (step !== 'dies' || event !== 'succeeded' || side !== 'before') return;
      crashed.open();
      throw new Crash('dies');
    },
  });
  await runner.start();
  const begun = nextEvent(runner, 'started', 'runs on');
  await submitTo(db, runner, 'runs on');
  await begun;
  await submitTo(db, runner, 'dies');
  await crashed.passed;
  gate.open();
  await runner.stop({ graceMs: 1_000 });
  expect(await db.rows('select step, event from operation_steps order by step')).toEqual([
    { step: 'dies', event: 'started' },
    { step: 'runs on', event: 'started' },
  ]);
  expect(await db.rows('select id from operations where holder is null')).toEqual([]);
  await db.close();
});
