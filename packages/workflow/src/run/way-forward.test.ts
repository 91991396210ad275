import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { ExitNotPossible, type Json, type Runner, StepFailure } from '../index.ts';
import {
  makeStep,
  makeTestRunner,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

type Site = { ran: string[]; isBroken: boolean; asks: string };

/** `first` gives an output and is taken back; `join` has no undo; `last` fails while the site is broken. */
function makeSteps(site: Site, noReturn?: string) {
  const undo = (name: string) => ({
    policy,
    run: async () => {
      site.ran.push(`undo ${name}`);
      if (site.asks === name) throw new StepFailure('attention', 'differs', 'it holds an instance');
    },
    ...(noReturn !== undefined && name === 'middle' && { noReturn }),
  });
  const run = (name: string) => async (context: { mayBeDone: boolean; earlier: <T>() => T | undefined }) => {
    const earlier = context.earlier<Json>();
    const again = earlier === undefined ? '' : ` again after ${JSON.stringify(earlier)}`;
    site.ran.push(`${name}${again}${context.mayBeDone ? ', may be done' : ''}`);
    if (name === 'last' && site.isBroken) throw new StepFailure('permanent', 'broken', 'it is broken');
    return { output: `${name} ${site.ran.length}` };
  };
  return [
    makeStep('look', { run: run('look') }),
    makeStep('first', { after: ['look'], run: run('first'), undo: undo('first') }),
    makeStep('middle', { after: ['first'], run: run('middle'), undo: undo('middle') }),
    makeStep('join', { after: ['middle'], run: run('join') }),
    makeStep('last', { after: ['join'], run: run('last'), undo: undo('last') }),
  ];
}

const exitsOf = async (runner: Runner, id: string) => (await runner.view(id))?.ways_out.map(({ exit }) => exit);

describeOnDatabases<unknown>('the way forward again', { migrations: [tablesMigration] }, ({ open }) => {
  async function askingAt(asks: string, noReturn?: string) {
    const db = await open();
    const site: Site = { ran: [], isBroken: true, asks };
    const start = () => makeTestRunner(db, [makeWorkflow(makeSteps(site, noReturn))]);
    const runner = start();
    await runner.start();
    const id = await submitTo(db, runner);
    expect(await runner.wait(id)).toMatchObject({ status: 'needs_attention', direction: 'back' });
    site.ran = [];
    return { runner, id, site, start };
  }

  test('why it turned back stands beside what keeps it from getting back, and stays after another try', async () => {
    const { runner, id, site } = await askingAt('middle');
    const told = {
      failure: { step: 'middle', code: 'differs' },
      first_failure: { step: 'last', code: 'broken' },
      steps: [{}, {}, { state: 'undo_failed' }, {}, { state: 'undone' }],
    };
    expect(await runner.view(id)).toMatchObject(told);
    await runner.retry(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'needs_attention', ...told });
    site.asks = '';
    await runner.retry(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'undone', failure: told.first_failure, first_failure: null });
    await runner.stop({ graceMs: 1_000 });
  });

  test('what was taken back is run again, with all that follows it; the rest stays done', async () => {
    const { runner, id, site } = await askingAt('middle');
    expect((await runner.view(id))?.ways_out).toEqual([
      { exit: 'retry', does: 'tries again to take back "Do middle", then takes back the rest', loses: false },
      {
        exit: 'finish',
        does: 'goes forward again: tries "Do last", which failed, and 2 steps more again; each looks what is still there',
        loses: false,
      },
      { exit: 'leave', does: expect.any(String), loses: true },
    ]);
    site.isBroken = false;
    await runner.finish(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'finished', direction: 'forward', failure: null });
    expect(site.ran).toEqual([
      'middle again after "middle 3", may be done',
      'join again after "join 4", may be done',
      'last, may be done',
    ]);
    const reopened = (await runner.journal(id, 0, 100)).filter(({ event }) => event === 'reopened');
    expect(reopened.map(({ step }) => step)).toEqual(['middle', 'join', 'last']);
    await runner.stop({ graceMs: 1_000 });
  });

  test('what fails again turns it back again, and so does a cancel: everything is taken back, also what did not run again', async () => {
    const { runner, id, site } = await askingAt('first');
    await runner.finish(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'needs_attention', direction: 'back' });
    site.isBroken = false;
    site.asks = '';
    await runner.retry(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'undone', failure: { step: 'last', code: 'broken' } });
    expect(await runner.count(0)).toMatchObject({ failed: 1 });
    await runner.stop({ graceMs: 1_000 });
  });

  test('a failure that was overcome is no reason any more', async () => {
    const { runner, id, site, start } = await askingAt('last');
    site.asks = 'none';
    // Cancelled before it runs: what was to be run again is taken back, for it may still be there.
    await runner.stop({ graceMs: 1_000 });
    await runner.finish(id);
    await runner.cancel(id);
    expect(await runner.view(id)).toMatchObject({ status: 'undoing', failure: null });
    const next = start();
    await next.start();
    expect(await next.wait(id)).toMatchObject({ status: 'undone' });
    expect(site.ran).toEqual(['undo last', 'undo middle', 'undo first']);
    expect(await next.count(0)).toMatchObject({ failed: 0 });
    await next.stop({ graceMs: 1_000 });
  });

  test('there is none once a step is taken back that allows no return, and the refusal says why', async () => {
    const why = 'the servers get their backups back';
    const { runner, id } = await askingAt('first', why);
    expect(await exitsOf(runner, id)).toEqual(['retry', 'leave']);
    const refused = await runner.finish(id).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExitNotPossible);
    expect(refused).toMatchObject({ message: expect.stringContaining(`finish is not possible now, because ${why};`) });
    await runner.stop({ graceMs: 1_000 });
  });

  test('a step that allows no return and itself asks is not taken back yet', async () => {
    const { runner, id, site } = await askingAt('middle', 'the servers get their backups back');
    expect(await exitsOf(runner, id)).toEqual(['retry', 'finish', 'leave']);
    site.isBroken = false;
    await runner.finish(id);
    expect(await runner.wait(id)).toMatchObject({ status: 'finished' });
    await runner.stop({ graceMs: 1_000 });
  });
});
