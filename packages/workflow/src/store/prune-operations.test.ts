import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import {
  makeGate,
  makeStep,
  makeTestRunner,
  makeWorkflow,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';
import { pruneOperations } from './prune-operations.ts';

const signal = new AbortController().signal;
const everything = { sinceMs: 0, count: 1_000 };

describeOnDatabases<unknown>('operations that have ended', { migrations: [tablesMigration] }, ({ open }) => {
  test('are removed by age and by number, with their journals; open ones stay, however old', async () => {
    const db = await open();
    const gate = makeGate();
    const run = async ({ plan }: { plan: unknown }) => {
      if (JSON.stringify(plan) === '"waits"') await gate.passed;
      return {};
    };
    const runner = makeTestRunner(db, [makeWorkflow([makeStep('call', { run })])]);
    await runner.start();
    const open_ = await submitTo(db, runner, 'waits');
    const ended: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      const id = await submitTo(db, runner, at);
      await runner.wait(id);
      ended.push(id);
      await db.write('age', (tx) =>
        preparedRun(tx, 'update operations set created_at = ?, updated_at = ? where id = ?', [at * 10, at * 10, id]),
      );
    }
    await db.write('age', (tx) =>
      preparedRun(tx, 'update operations set created_at = -1, updated_at = -1 where id = ?', [open_]),
    );
    const left = async () => {
      const rows = await db.rows<{ id: string }>('select id from operations where id <> ? order by created_at', [
        open_,
      ]);
      return rows.map(({ id }) => id);
    };
    expect(await pruneOperations(db, everything, signal)).toBe(0);
    expect(await pruneOperations(db, { ...everything, sinceMs: 15 }, signal)).toBe(2);
    expect(await left()).toEqual(ended.slice(2));
    expect(await pruneOperations(db, { ...everything, count: 1 }, signal)).toBe(2);
    expect(await left()).toEqual(ended.slice(4));
    expect(await db.rows('select distinct operation from operation_steps order by operation')).toEqual(
      [open_, ...ended.slice(4)].sort().map((operation) => ({ operation })),
    );
    gate.open();
    expect(await runner.wait(open_)).toMatchObject({ status: 'finished' });
    await runner.stop({ graceMs: 1_000 });
  });
});
