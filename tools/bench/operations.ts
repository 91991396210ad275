import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyTx, type Database, openSqlite, preparedRun } from '../../packages/database/src/index.ts';
import {
  makeRunner,
  type OperationFilter,
  operationListTables,
  type Policy,
  type Runner,
  type Step,
  type Workflow,
  workflowTables,
} from '../../packages/workflow/src/index.ts';
import { type Figure, median, ms, none, type Row } from './row.ts';

const policy: Policy = {
  name: 'bench',
  attempts: 1,
  backoffMs: 1,
  backoffMaxMs: 1,
  deadlineMs: 3_600_000,
  everyMs: 3_600_000,
};

/** Nine steps that are done at once, and one that waits for ever. */
const waiting: Workflow = {
  name: 'waiting',
  version: 1,
  about: () => 'Wait for something',
  claims: (plan) => [`cluster/${JSON.stringify(plan)}`],
  steps: (): Step[] =>
    Array.from({ length: 10 }, (_, at) => {
      const after = at === 0 ? [] : [`s${at - 1}`];
      const base = { name: `s${at}`, about: 'Do nothing', after, policy, undo: { none: 'nothing was done' } };
      if (at < 9) return { ...base, run: async () => ({ output: at }) };
      return { ...base, until: async () => ({ done: false as const, seen: 'not yet' }) };
    }),
};

/** The engine by itself, on a database file as the daemon has it: no server is asked anything. */
export const operations: Row = {
  name: 'operations',
  about: 'open operations resumed after a restart, pages of a long list',
  async run({ quick }) {
    const directory = mkdtempSync(join(tmpdir(), 'oc-bench-operations-'));
    try {
      return [
        await resumeFigure(join(directory, 'open.db'), quick ? 200 : 1_000),
        ...(await listFigures(join(directory, 'list.db'), quick ? 10_000 : 100_000)),
      ];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

const open = (path: string): Promise<Database<unknown>> =>
  openSqlite<unknown>({
    path,
    migrations: [
      { name: '0001-first', up: workflowTables },
      { name: '0002-lists', up: operationListTables },
    ],
  });

const runnerOn = (database: Database<unknown>): Runner =>
  makeRunner({ database, clock: { nowMs: () => Date.now() }, workflows: [waiting], owner: 'bench', exclusive: true });

/** Resolves when so many operations look for what they wait for. */
function allWaiting(runner: Runner, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen = new Set<string>();
  runner.subscribe(({ event, operation }) => {
    if (event === 'observed' && seen.add(operation).size === count) resolve();
  });
  return promise;
}

/** From opening the database until the last operation works on its step again. */
async function resumeFigure(path: string, count: number): Promise<Figure> {
  const first = await open(path);
  const before = runnerOn(first);
  await before.start();
  const begun = allWaiting(before, count);
  const submit = (at: number) => first.write('submit', (tx) => before.submit(tx, { workflow: 'waiting', plan: at }));
  await Promise.all(Array.from({ length: count }, (_, at) => submit(at)));
  await begun;
  await before.stop({ graceMs: 0 });
  await first.close();
  const started = performance.now();
  const second = await open(path);
  const after = runnerOn(second);
  const resumed = allWaiting(after, count);
  await after.start();
  await resumed;
  const took = performance.now() - started;
  await after.stop({ graceMs: 0 });
  await second.close();
  return {
    what: `${count.toLocaleString('en')} open operations of 10 steps: restart until all work again`,
    ours: ms(took),
    oc: 'never resumed',
    floor: none,
    target: '< 2,000 ms',
    met: took < 2_000,
  };
}

/** One page of 50 from the middle of a long list: the work must not grow with the list. */
async function listFigures(path: string, count: number): Promise<Figure[]> {
  const database = await open(path);
  await database.write('fill', async (tx) => {
    await fill(tx, count);
  });
  const runner = runnerOn(database);
  const after = { created_at: count / 2, id: 'operation' };
  const filters: [string, OperationFilter][] = [
    ['all', {}],
    ['one cluster of ten', { claims: ['cluster/c3'] }],
    ['status "left" (1 in 100)', { status: 'left' }],
    ['status "needs_attention" (none)', { status: 'needs_attention' }],
  ];
  const figures: Figure[] = [];
  for (const [what, filter] of filters) {
    const times: number[] = [];
    for (let round = 0; round < 21; round += 1) {
      const started = performance.now();
      await runner.page({ ...filter, limit: 50, after });
      times.push(performance.now() - started);
    }
    const row = { what: `a page of 50 of ${count.toLocaleString('en')} operations: ${what}`, ours: ms(median(times)) };
    figures.push({ ...row, oc: none, floor: none, target: none, met: undefined });
  }
  await database.close();
  return figures;
}

async function fill(tx: AnyTx, count: number): Promise<void> {
  const numbers = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`;
  const columns =
    'id, workflow, version, plan, about, claims, created_at, updated_at, touched_at, wants, todo, outcome';
  await preparedRun(
    tx,
    `insert into operations (${columns}) ${numbers} select 'operation' || i, 'waiting', 1, '{}', 'Wait', '["cluster/c' || (i % 10) || '"]',
     i, i, i, 'run', 0, case when i % 100 = 0 then 'left' else 'finished' end from n`,
    [],
  );
  await preparedRun(
    tx,
    `insert into operation_subjects (claim, created_at, operation) ${numbers} select 'cluster/c' || (i % 10), i, 'operation' || i from n`,
    [],
  );
}
