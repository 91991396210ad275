import { preparedRows } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { StepFailure } from '../index.ts';
import type { OperationRecord } from '../operation-record.ts';
import {
  makeStep,
  makeTestRunner,
  makeWorkflow,
  nextEvent,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';

const ask = makeStep('ask', {
  after: ['first'],
  run: async () => {
    throw new StepFailure('attention', 'not_empty', 'server1 is not empty');
  },
});

describeOnDatabases<unknown>(
  'who listens to the records of operations',
  { migrations: [tablesMigration] },
  ({ open }) => {
    test('hears of each once, in its own write, with what the operation is then', async () => {
      const db = await open();
      const heard: OperationRecord[] = [];
      const seenInWrite: number[] = [];
      const workflow = makeWorkflow([makeStep('first'), ask]);
      const runner = makeTestRunner(db, [workflow], {
        onRecord: async (tx, record) => {
          heard.push(record);
          const [row] = await preparedRows<{ n: number }>(tx, 'select count(*) as n from operation_steps');
          seenInWrite.push(row?.n ?? 0);
        },
      });
      await runner.start();
      const resting = nextEvent(runner, 'resting');
      const id = await submitTo(db, runner);
      await resting;
      await runner.undo(id);
      await runner.wait(id);
      await runner.stop({ graceMs: 1_000 });
      expect(heard.map(({ event, step, status }) => [event, step, status])).toEqual([
        ['submitted', null, 'queued'],
        ['started', 'first', 'running'],
        ['succeeded', 'first', 'running'],
        ['started', 'ask', 'running'],
        ['failed', 'ask', 'running'],
        ['resting', null, 'needs_attention'],
        ['undo_asked', null, 'undoing'],
        ['resting', null, 'undone'],
      ]);
      expect(heard.find(({ event }) => event === 'failed')?.text).toBe('server1 is not empty');
      expect(heard.every(({ operation }) => operation.id === id && operation.about === 'Try the engine')).toBe(true);
      // An end and the start that follows it are one write.
      expect(seenInWrite).toEqual([0, 1, 3, 3, 4, 4, 4, 4]);
    });

    test('takes a record back with itself', async () => {
      const db = await open();
      const runner = makeTestRunner(db, [makeWorkflow([makeStep('first')])], {
        onRecord: async (_tx, { event }) => {
          if (event === 'submitted') throw new Error('nobody may know');
        },
      });
      await runner.start();
      await expect(submitTo(db, runner)).rejects.toThrow('nobody may know');
      await runner.stop({ graceMs: 1_000 });
      expect(await db.rows('select id from operations')).toEqual([]);
    });
  },
);
