import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openSqlite } from '@operations-center/database';
import { makeRunner, operationListTables, type Policy, type Step, type Workflow, workflowTables } from './src/index.ts';

/** `bin/node24 packages/workflow/bench.ts`: what the engine itself costs, on a SQLite file. */
const policy: Policy = {
  name: 'bench',
  attempts: 1,
  backoffMs: 1,
  backoffMaxMs: 1,
  deadlineMs: 3_600_000,
  everyMs: 3_600_000,
};
const undo = { none: 'nothing to take back' };
let isOpen = false;

const chain = (length: number, last: 'run' | 'wait'): Step[] =>
  Array.from({ length }, (_, at) => {
    const base = { name: `s${at}`, about: 'Do nothing', after: at === 0 ? [] : [`s${at - 1}`], policy, undo };
    if (last === 'wait' && at === length - 1) {
      return {
        ...base,
        until: async () => (isOpen ? { done: true as const } : { done: false as const, seen: 'shut' }),
      };
    }
    return { ...base, run: async () => ({ output: at }) };
  });
const workflow = (name: string, steps: Step[]): Workflow => ({
  name,
  version: 1,
  about: () => name,
  claims: () => [],
  steps: () => steps,
});
const workflows = [workflow('twenty', chain(20, 'run')), workflow('waiting', chain(10, 'wait'))];

const makeBenchRunner = (database: Database<unknown>) =>
  makeRunner({ database, clock: { nowMs: () => Date.now() }, workflows, owner: 'bench', exclusive: true });

async function measure(what: string, per: number, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000 / per;
  const wallMs = (performance.now() - started) / per;
  console.log(`${what.padEnd(50)} ${cpuMs.toFixed(2).padStart(8)} ms CPU ${wallMs.toFixed(2).padStart(9)} ms wall`);
}

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const database = await openSqlite<unknown>({
  path: join(directory, 'bench.db'),
  migrations: [
    { name: '0001-first', up: workflowTables },
    { name: '0002-lists', up: operationListTables },
  ],
});
try {
  const runner = makeBenchRunner(database);
  await runner.start();
  const submit = (name: string) => database.write('submit', (tx) => runner.submit(tx, { workflow: name, plan: {} }));
  const runAll = async (atOnce: number, count: number): Promise<void> => {
    for (let done = 0; done < count; done += atOnce) {
      const ids = await Promise.all(Array.from({ length: atOnce }, () => submit('twenty')));
      await Promise.all(ids.map((id) => runner.wait(id)));
    }
  };
  await runAll(1, 20);
  await measure('one operation of 20 steps, alone', 100, () => runAll(1, 100));
  await measure('one operation of 20 steps, 32 at once', 320, () => runAll(32, 320));

  const begun = Promise.withResolvers<void>();
  let waiting = 0;
  runner.subscribe(({ event, step }) => {
    if (event === 'observed' && step === 's9' && ++waiting === 1000) begun.resolve();
  });
  await Promise.all(Array.from({ length: 1000 }, () => submit('waiting')));
  await begun.promise;
  await measure('stop with 1,000 open', 1, () => runner.stop({ graceMs: 5_000 }));

  isOpen = true;
  const next = makeBenchRunner(database);
  await measure('restart: all 1,000 resumed and ended', 1, async () => {
    const ended = Promise.withResolvers<void>();
    let count = 0;
    next.subscribe(({ event }) => {
      if (event === 'resting' && ++count === 1000) ended.resolve();
    });
    await next.start();
    await ended.promise;
  });
  await measure('list of 1,000 operations with their steps', 1, async () => {
    let page = await next.page({ limit: 1000 });
    while (page.next !== null) page = await next.page({ limit: 1000, after: page.next });
  });
  await next.stop({ graceMs: 1_000 });
} finally {
  await database.close();
  rmSync(directory, { recursive: true, force: true });
}
