import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { ClaimTaken, operationClaim, StepFailure } from '../index.ts';
import {
  makeStep,
  makeTestRunner,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

describeOnDatabases<unknown>('standing in', { migrations: [tablesMigration] }, ({ open }) => {
  test('while another operation stands in for a person, nobody takes a way out; afterwards everybody may', async () => {
    const db = await open();
    const ask = async (): Promise<never> => {
      throw new StepFailure('attention', 'full', 'the disk is full');
    };
    const { promise, resolve } = Promise.withResolvers<void>();
    let asking = '';
    const helper = makeWorkflow([makeStep('help', { run: async () => (await promise, {}) })], {
      name: 'helper',
      claims: () => [operationClaim(asking)],
      subjects: () => ['server/server1'],
    });
    const runner = makeTestRunner(db, [makeWorkflow([makeStep('first', { run: ask })]), helper]);
    await runner.start();
    asking = (await runner.wait(await submitTo(db, runner))).id;
    const other = await db.write('test', (tx) => runner.submit(tx, { workflow: 'helper', plan: {} }));
    for (const exit of ['retry', 'undo', 'leave'] as const)
      await expect(runner[exit](asking)).rejects.toMatchObject({ operation: other, claim: `operation/${asking}` });
    await expect(runner.leave(asking)).rejects.toBeInstanceOf(ClaimTaken);
    // What it is about and does not hold: it is found by it, and nobody is kept from it.
    expect((await runner.page({ claims: ['server/server1'] })).items.map(({ id }) => id)).toEqual([other]);
    resolve();
    expect((await runner.wait(other)).status).toBe('finished');
    await runner.leave(asking);
    await runner.stop({ graceMs: 1_000 });
  });

  test('a workflow may know why there is no way forward again, beside what its steps say', async () => {
    const db = await open();
    const fail = (kind: 'permanent' | 'attention') => async (): Promise<never> => {
      throw new StepFailure(kind, 'full', 'the disk is full');
    };
    const steps = [
      makeStep('first', { undo: { policy, run: fail('attention') } }),
      makeStep('second', { after: ['first'], run: fail('permanent') }),
    ];
    const runner = makeTestRunner(db, [makeWorkflow(steps, { noReturn: async () => 'server1 is another one by now' })]);
    await runner.start();
    const { id, ways_out } = await runner.wait(await submitTo(db, runner));
    expect(ways_out.map(({ exit }) => exit)).toContain('finish');
    await expect(runner.finish(id)).rejects.toThrow('because server1 is another one by now');
    await runner.leave(id);
    await runner.stop({ graceMs: 1_000 });
  });
});
