import { openSqlite } from '@operations-center/database';
import { expect, test } from 'vitest';
import { demoWorkflow, makeDemoSignals, makeRunner } from './index.ts';
import { nextEvent, submitTo, tablesMigration } from './testing/small-workflows.ts';

test('a demo waits for its signal, and says so', async () => {
  const database = await openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });
  const signals = makeDemoSignals();
  const workflows = [demoWorkflow(signals)];
  const runner = makeRunner({
    database,
    clock: { nowMs: () => Date.now() },
    workflows,
    owner: 'test',
    exclusive: true,
  });
  await runner.start();
  const observed = nextEvent(runner, 'observed', 'await-signal');
  const id = await submitTo(database, runner, { signal: 'go' }, 'demo');
  await observed;
  expect((await runner.view(id))?.waits).toMatchObject([
    { for: 'Wait until somebody gives the signal "go"', observed: { text: 'no signal yet' }, exits: ['cancel'] },
  ]);
  signals.give('go');
  expect(await runner.wait(id)).toMatchObject({ status: 'finished', about: 'Wait for the signal "go"' });
  await runner.stop({ graceMs: 1_000 });
  await database.close();
});
