import { openSqlite } from '@operations-center/database';
import { expect, test } from 'vitest';
import { makeStep, makeTestRunner, makeWorkflow, submitTo, tablesMigration } from '../testing/small-workflows.ts';
import type { Step, Workflow } from '../workflow.ts';

const secret = 'connect /var/lib/x with password hunter2';
const broken = async (): Promise<never> => {
  throw new Error(secret);
};

type Case = [what: string, steps: Step[], options: Partial<Workflow>, expected: object];
const cases: Case[] = [
  [
    'a step',
    [makeStep('a', { target: 's1', run: broken })],
    {},
    { status: 'undone', failure: { code: 'step_broken' } },
  ],
  [
    'a step whose rows cannot be saved',
    [makeStep('a', { target: 's1', run: async () => ({ save: broken }) })],
    {},
    { status: 'undone', failure: { code: 'step_not_saved' } },
  ],
  ['the end', [makeStep('a')], { settle: broken }, { status: 'paused', failure: null }],
  [
    'the steps of a plan',
    [],
    {
      steps: () => {
        throw new Error(secret);
      },
    },
    { failure: { code: 'workflow_broken' } },
  ],
];

test.each(cases)(
  'an error nobody foresaw goes to the log; people are told where to look: %s',
  async (_, steps, options, expected) => {
    const db = await openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });
    const logged: Record<string, unknown>[] = [];
    const log = { info: () => {}, warn: (fields: object) => void logged.push({ ...fields }) };
    const runner = makeTestRunner(db, [makeWorkflow(steps, options)], { log });
    await runner.start();
    const id = await submitTo(db, runner);
    const view = await runner.wait(id, AbortSignal.timeout(5_000));
    await runner.stop({ graceMs: 1_000 });
    expect(view).toMatchObject(expected);
    expect(JSON.stringify(view)).not.toContain('hunter2');
    expect(
      JSON.stringify(await db.rows('select * from operations join operation_steps on id = operation')),
    ).not.toContain('hunter2');
    expect(JSON.stringify([view.failure?.message, view.waits])).toContain('log of the daemon');
    expect(logged).toContainEqual(
      expect.objectContaining({ operation: id, err: expect.objectContaining({ message: secret }) }),
    );
    await db.close();
  },
);
