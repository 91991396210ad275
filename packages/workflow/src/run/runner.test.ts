import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { ClaimTaken, ExitNotPossible, OperationNotFound, StepFailure } from '../index.ts';
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
import type { Step } from '../workflow.ts';

const undoInto = (done: string[], name: string): Step['undo'] => ({
  policy,
  run: async () => void done.push(`undo ${name}`),
});

describeOnDatabases<unknown>('a runner', { migrations: [tablesMigration] }, ({ open }) => {
  test('shows outputs, warnings, what was done already, and passes outputs on', async () => {
    const db = await open();
    const seen: unknown[] = [];
    const steps = [
      makeStep('first', { run: async () => ({ output: { id: 7 }, already: true }) }),
      makeStep('second', {
        target: 'server1',
        after: ['first'],
        run: async ({ output, warn, plan }) => {
          seen.push(output('first'), plan);
          warn({ code: 'old', message: 'it is old' });
          return {};
        },
      }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const view = await runner.wait(await submitTo(db, runner, { a: 1 }));
    await runner.stop({ graceMs: 1_000 });
    expect(seen).toEqual([{ id: 7 }, { a: 1 }]);
    expect(view).toMatchObject({
      status: 'finished',
      steps: [
        { key: 'first', state: 'succeeded', already: true, attempt: 1 },
        { key: 'second/server1', target: 'server1', state: 'succeeded', already: false },
      ],
      warnings: [{ step: 'second/server1', code: 'old', message: 'it is old' }],
    });
  });

  test('runs steps beside each other that do not follow each other', async () => {
    const db = await open();
    const both = { a: makeGate(), b: makeGate() };
    const steps = [
      makeStep('a', { run: async () => (both.a.open(), await both.b.passed, {}) }),
      makeStep('b', { run: async () => (both.b.open(), await both.a.passed, {}) }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    expect(await runner.wait(await submitTo(db, runner))).toMatchObject({ status: 'finished' });
    await runner.stop({ graceMs: 1_000 });
  });

  test('tries a transient failure again by policy, each try recorded, then takes everything back', async () => {
    const db = await open();
    const done: string[] = [];
    const failing = async () => {
      throw new StepFailure('transient', 'busy', 'server3 is busy', { hint: 'Wait.', details: { after: 3 } });
    };
    const steps = [
      makeStep('first', { undo: undoInto(done, 'first') }),
      makeStep('second', { target: 'server3', after: ['first'], run: failing, undo: undoInto(done, 'second') }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const view = await runner.wait(await submitTo(db, runner));
    await runner.stop({ graceMs: 1_000 });
    expect(view).toMatchObject({
      status: 'undone',
      failure: {
        step: 'second',
        target: 'server3',
        code: 'busy',
        message: 'server3 is busy',
        hint: 'Wait.',
        details: { after: 3 },
      },
    });
    expect(view.steps[1]?.attempt).toBe(3);
    expect(done).toEqual(['undo second', 'undo first']);
    const events = await db.rows<{ event: string }>(
      "select event from operation_steps where step = 'second/server3' order by seq",
    );
    const twice = ['started', 'failed', 'started', 'failed'];
    expect(events.map(({ event }) => event)).toEqual([...twice, 'started', 'failed', 'undo_started', 'undone']);
  });

  test('ends a try at its deadline, and takes the step back, for it may have half happened', async () => {
    const db = await open();
    const done: string[] = [];
    const hanging = makeStep('hang', {
      policy: { ...policy, attempts: 1, deadlineMs: 20 },
      undo: undoInto(done, 'hang'),
      run: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    });
    const runner = makeTestRunner(db, [makeWorkflow([hanging])]);
    await runner.start();
    const view = await runner.wait(await submitTo(db, runner));
    await runner.stop({ graceMs: 1_000 });
    expect(view).toMatchObject({ status: 'undone', failure: { code: 'step_deadline' } });
    expect(done).toEqual(['undo hang']);
  });

  test('looks again until a wait is over, showing what was seen; a wait in vain fails', async () => {
    const db = await open();
    const wait = makeWait('server3', async () => {
      throw new StepFailure('transient', 'refused', 'server3 answers "connection refused"');
    });
    const runner = makeTestRunner(db, [
      makeWorkflow([{ ...wait, policy: { ...policy, attempts: 1, deadlineMs: 60 } }]),
    ]);
    await runner.start();
    const observed = nextEvent(runner, 'observed', 'server3');
    const id = await submitTo(db, runner);
    expect(await observed).toMatchObject({ text: 'server3 answers "connection refused"' });
    const view = await runner.view(id);
    expect(view?.waits).toMatchObject([{ for: 'Wait for server3', exits: ['cancel'] }]);
    expect(view?.waits[0]?.observed?.text).toBe('server3 answers "connection refused"');
    expect(await runner.wait(id)).toMatchObject({
      status: 'undone',
      failure: { step: 'server3', code: 'step_deadline' },
    });
    await runner.stop({ graceMs: 1_000 });
  });

  test('cancel ends a wait at once, lets a call come to its end, and takes all back', async () => {
    const db = await open();
    const done: string[] = [];
    const gate = makeGate();
    const steps = [
      makeStep('call', { run: async () => (await gate.passed, done.push('call'), {}), undo: undoInto(done, 'call') }),
      {
        ...makeWait('ever', async () => ({ done: false, seen: 'nothing' })),
        policy: { ...policy, everyMs: 3_600_000 },
      },
      makeStep('never', { after: ['call'], run: async () => (done.push('never'), {}) }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps)]);
    await runner.start();
    const observed = nextEvent(runner, 'observed', 'ever');
    const id = await submitTo(db, runner);
    await observed;
    await runner.cancel(id);
    expect(await runner.view(id)).toMatchObject({ status: 'undoing', waits: [expect.anything(), expect.anything()] });
    gate.open();
    expect(await runner.wait(id)).toMatchObject({ status: 'undone', failure: null });
    expect(done).toEqual(['call', 'undo call']);
    await expect(runner.cancel(id)).rejects.toBeInstanceOf(ExitNotPossible);
    await expect(runner.cancel('nobody')).rejects.toBeInstanceOf(OperationNotFound);
    await runner.stop({ graceMs: 1_000 });
  });

  test('needs attention: retry goes on, undo takes back, leave lets go', async () => {
    const db = await open();
    const done: string[] = [];
    let isMended = false;
    const endings: string[] = [];
    const ask = async () => {
      if (!isMended) throw new StepFailure('attention', 'not_empty', 'server1 is not empty');
      return {};
    };
    const workflow = makeWorkflow(
      [makeStep('first', { undo: undoInto(done, 'first') }), makeStep('ask', { after: ['first'], run: ask })],
      {
        claims: () => ['server/server1'],
        settle: async (_tx, _plan, outcome) => void endings.push(outcome),
      },
    );
    const runner = makeTestRunner(db, [workflow]);
    await runner.start();
    const asked = await runner.wait(await submitTo(db, runner));
    expect(asked).toMatchObject({
      status: 'needs_attention',
      failure: { code: 'not_empty' },
      steps: [{ state: 'succeeded' }, { state: 'failed' }],
    });
    expect(asked.waits).toMatchObject([{ for: 'a decision about "Do ask"', exits: ['retry', 'undo', 'leave'] }]);
    await runner.retry(asked.id);
    expect(await runner.wait(asked.id)).toMatchObject({ status: 'needs_attention' });
    isMended = true;
    await runner.retry(asked.id);
    expect(await runner.wait(asked.id)).toMatchObject({ status: 'finished' });

    isMended = false;
    const second = await runner.wait(await submitTo(db, runner));
    await runner.undo(second.id);
    expect(await runner.wait(second.id)).toMatchObject({ status: 'undone' });
    expect(done).toEqual(['undo first']);

    const third = await runner.wait(await submitTo(db, runner));
    await runner.leave(third.id);
    expect(await runner.view(third.id)).toMatchObject({ status: 'left', waits: [] });
    expect(endings).toEqual(['finished', 'undone', 'left']);
    expect(await db.rows('select claim from operation_claims')).toEqual([]);
    await runner.stop({ graceMs: 1_000 });
  });

  test('needs attention when it cannot take a step back; retry tries that again', async () => {
    const db = await open();
    let isMended = false;
    const undo = {
      policy,
      run: async () => {
        if (!isMended) throw new StepFailure('permanent', 'gone', 'the backup is gone');
      },
    };
    const fail = async () => {
      throw new Error('no');
    };
    const runner = makeTestRunner(db, [
      makeWorkflow([makeStep('a', { undo }), makeStep('b', { after: ['a'], run: fail })]),
    ]);
    await runner.start();
    const view = await runner.wait(await submitTo(db, runner));
    expect(view).toMatchObject({
      status: 'needs_attention',
      failure: { step: 'a', code: 'gone' },
      waits: [{ exits: ['retry', 'finish', 'leave'] }],
    });
    isMended = true;
    await runner.retry(view.id);
    expect(await runner.wait(view.id)).toMatchObject({ status: 'undone', failure: { step: 'b', code: 'step_broken' } });
    await runner.stop({ graceMs: 1_000 });
  });

  test('holds its claims until it ends, and nothing of a submission that was taken back', async () => {
    const db = await open();
    const gate = makeGate();
    const workflow = makeWorkflow([makeStep('call', { run: async () => (await gate.passed, {}) })], {
      claims: () => ['cluster/one'],
    });
    const runner = makeTestRunner(db, [workflow]);
    await runner.start();
    const lost = db.write('submit', async (tx) => {
      await runner.submit(tx, { workflow: 'test', plan: {} });
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(await runner.page()).toEqual({ items: [], next: null });
    const id = await submitTo(db, runner);
    const refused = await submitTo(db, runner).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ClaimTaken);
    expect(refused).toMatchObject({ claim: 'cluster/one', operation: id });
    gate.open();
    await runner.wait(id);
    expect(await runner.wait(await submitTo(db, runner))).toMatchObject({
      status: 'finished',
      claims: ['cluster/one'],
    });
    expect((await runner.page({ claims: ['cluster/one'], open: false })).items).toHaveLength(2);
    await runner.stop({ graceMs: 1_000 });
  });

  test('stops at a step boundary; the next runner goes on there', async () => {
    const db = await open();
    const done: string[] = [];
    const gate = makeGate();
    const begun = makeGate();
    const steps = [
      makeStep('call', { run: async () => (begun.open(), await gate.passed, done.push('call'), {}) }),
      makeStep('next', { after: ['call'], run: async () => (done.push('next'), {}) }),
    ];
    const first = makeTestRunner(db, [makeWorkflow(steps)]);
    await first.start();
    const id = await submitTo(db, first);
    await begun.passed;
    const stopped = first.stop({ graceMs: 5_000 });
    gate.open();
    await stopped;
    expect(done).toEqual(['call']);
    const second = makeTestRunner(db, [makeWorkflow(steps)]);
    await second.start();
    expect(await second.wait(id)).toMatchObject({ status: 'finished' });
    expect(done).toEqual(['call', 'next']);
    await second.stop({ graceMs: 1_000 });
  });

  test('comes up paused when long untouched, or when the clock was set back; resume goes on', async () => {
    const db = await open();
    const hours = 3_600_000;
    let nowMs = 1_800_000_000_000;
    const clock = { nowMs: () => nowMs };
    const gate = makeGate();
    const before: boolean[] = [];
    const steps = [
      makeWait('ever', async () => (await gate.passed, { done: true })),
      // The journal never saw it begin; after a resume the fleet may know better.
      makeStep('last', { after: ['ever'], run: async ({ mayBeDone }) => (before.push(mayBeDone), {}) }),
    ];
    const start = async () => {
      const runner = makeTestRunner(db, [makeWorkflow(steps)], { clock });
      await runner.start();
      return runner;
    };
    const first = await start();
    const begun = nextEvent(first, 'started');
    const id = await submitTo(db, first);
    await begun;
    await first.stop({ graceMs: 0 });

    nowMs += 2 * hours;
    const second = await start();
    const paused = await second.wait(id);
    expect(paused).toMatchObject({
      status: 'paused',
      waits: [{ for: 'nobody has worked on it for 120 minutes', exits: ['resume', 'cancel', 'leave'] }],
    });
    const again = nextEvent(second, 'started');
    await second.resume(id);
    await again;
    await second.stop({ graceMs: 0 });

    nowMs -= hours;
    const third = await start();
    expect(await third.wait(id)).toMatchObject({
      status: 'paused',
      waits: [{ for: 'the clock is 60 minutes behind its last record' }],
    });
    gate.open();
    await third.resume(id);
    expect(await third.wait(id)).toMatchObject({ status: 'finished' });
    expect(await third.wait(await submitTo(db, third))).toMatchObject({ status: 'finished' });
    expect(before).toEqual([true, false]);
    await third.stop({ graceMs: 0 });
  });

  test('guesses nothing about a workflow, a version or a step it does not know', async () => {
    const db = await open();
    const gate = makeGate();
    const begun = makeGate();
    const steps = [
      makeStep('first'),
      makeStep('call', { after: ['first'], run: async () => (begun.open(), await gate.passed, {}) }),
    ];
    const first = makeTestRunner(db, [makeWorkflow(steps)]);
    await first.start();
    const id = await submitTo(db, first);
    await begun.passed;
    const stopped = first.stop({ graceMs: 5_000 });
    gate.open();
    await stopped;
    await db.write('forget', (tx) => preparedRun(tx, "delete from operation_steps where step = 'call'"));

    const strangers = {
      unknown_workflow: makeWorkflow(steps, { version: 2 }),
      unknown_step: makeWorkflow([makeStep('call')]),
    };
    for (const [code, workflow] of Object.entries(strangers)) {
      const stranger = makeTestRunner(db, [workflow]);
      await stranger.start();
      expect(await stranger.wait(id)).toMatchObject({
        status: 'needs_attention',
        failure: { code },
        waits: [{ exits: ['leave'] }],
      });
      await stranger.stop({ graceMs: 1_000 });
    }
    const knower = makeTestRunner(db, [makeWorkflow(steps)]);
    await knower.start();
    expect(await knower.wait(id)).toMatchObject({ status: 'finished' });
    await knower.stop({ graceMs: 1_000 });
  });

  test('takes up again what it could not write down', async () => {
    const db = await open();
    let failures = 1;
    const calls: number[] = [];
    const broken: typeof db = {
      ...db,
      write: async (name, body) => {
        if (name === 'operation record' && calls.length === 1 && failures-- > 0) throw new Error('disk full');
        return db.write(name, body);
      },
    };
    const steps = [makeStep('call', { run: async ({ attempt }) => (calls.push(attempt), {}) })];
    const runner = makeTestRunner(broken, [makeWorkflow(steps)], { pollMs: 5 });
    await runner.start();
    expect(await runner.wait(await submitTo(db, runner))).toMatchObject({ status: 'finished' });
    expect(calls).toEqual([1, 2]);
    await runner.stop({ graceMs: 1_000 });
  });
});
