import { type Database, openSqlite, preparedRun, type SqlValue } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { type OperationFilter, StepFailure } from '../index.ts';
import { makeStep, makeTestRunner, makeWorkflow, submitTo, tablesMigration } from '../testing/small-workflows.ts';
import { pageQuery } from './operation-pages.ts';

type Plan = { claims: string[]; wish: 'work' | 'fail' | 'ask' };

/** Operations of two workflows that end as their plan says, submitted one millisecond after the other. */
async function startWorld(database: Database<unknown>) {
  let nowMs = 1_800_000_000_000;
  const workflow = (name: string) =>
    makeWorkflow([], {
      name,
      claims: (plan) => (plan as Plan).claims, // the tests' own plans
      steps: (plan) => [
        makeStep('only', {
          run: async () => {
            const { wish } = plan as Plan;
            if (wish !== 'work') throw new StepFailure(wish === 'ask' ? 'attention' : 'permanent', wish, wish);
            return {};
          },
        }),
      ],
    });
  const runner = makeTestRunner(database, [workflow('create'), workflow('remove')], { clock: { nowMs: () => nowMs } });
  await runner.start();
  const run = async (wish: Plan['wish'], claims: string[], name = 'create'): Promise<string> => {
    nowMs += 1;
    const id = await submitTo(database, runner, { wish, claims }, name);
    await runner.wait(id);
    return id;
  };
  const ids = async (filter: OperationFilter) => (await runner.page(filter)).items.map(({ id }) => id);
  return { runner, run, ids, nowMs: () => nowMs };
}

describeOnDatabases<unknown>('pages', { migrations: [tablesMigration] }, ({ open }) => {
  test('each filter, and several together, newest first', async () => {
    const world = await startWorld(await open());
    const first = await world.run('work', ['cluster/one', 'server/s1', 'server/s2']);
    const second = await world.run('fail', ['cluster/two', 'server/s2'], 'remove');
    const third = await world.run('ask', ['cluster/one', 'server/s3']);
    const since = world.nowMs();
    const { ids } = world;
    expect(await ids({})).toEqual([third, second, first]);
    expect(await ids({ claims: ['server/s2'] })).toEqual([second, first]);
    expect(await ids({ claims: ['cluster/one', 'server/s2'] })).toEqual([first]);
    expect(await ids({ claims: ['server/s'] })).toEqual([]);
    expect(await ids({ workflow: 'remove' })).toEqual([second]);
    expect(await ids({ status: 'undone' })).toEqual([second]);
    expect(await ids({ status: 'needs_attention' })).toEqual([third]);
    expect(await ids({ status: 'running' })).toEqual([]);
    expect(await ids({ open: true })).toEqual([third]);
    expect(await ids({ open: false, workflow: 'create' })).toEqual([first]);
    expect(await ids({ since })).toEqual([third]);
    expect(await ids({ since, status: 'finished' })).toEqual([]);
    await world.runner.stop({ graceMs: 1_000 });
  });

  test.each<[string, OperationFilter]>([
    ['all', {}],
    ['of a claim', { claims: ['server/s1'] }],
    ['of a status', { status: 'finished' }],
    ['of a status that is read from the journal', { status: 'needs_attention' }],
  ])('pages do not move when operations are added: %s', async (_, filter) => {
    const world = await startWorld(await open());
    const wish = filter.status === 'needs_attention' ? 'ask' : 'work';
    const claim = (at: number) => (wish === 'ask' ? [`server/s1${at}`] : ['server/s1']);
    const made: string[] = [];
    for (let at = 0; at < 7; at += 1) made.unshift(await world.run(wish, claim(at)));
    const read: string[] = [];
    let page = await world.runner.page({ ...filter, limit: 3 });
    for (let at = 7; page.next !== null; at += 1) {
      read.push(...page.items.map(({ id }) => id));
      await world.run(wish, claim(at));
      page = await world.runner.page({ ...filter, limit: 3, after: page.next });
    }
    read.push(...page.items.map(({ id }) => id));
    expect(read).toEqual(made);
    await world.runner.stop({ graceMs: 1_000 });
  });
});

describeOnDatabases<unknown>('pages of long journals', { migrations: [tablesMigration] }, ({ open }) => {
  test('end before their limit, are read in small pieces, and lead to every operation once', async () => {
    const opened = await open();
    const sizes: number[] = [];
    const rows: typeof opened.rows = async <Row>(text: string, values?: readonly SqlValue[]) => {
      const found = await opened.rows<Row>(text, values);
      if (text.includes('operation_steps')) sizes.push(found.length);
      return found;
    };
    const database = { ...opened, rows };
    const world = await startWorld(database);
    const made: string[] = [];
    for (let at = 0; at < 45; at += 1) made.unshift(await world.run('work', []));
    await world.runner.stop({ graceMs: 1_000 });
    const long = 1_500;
    await database.write('fill', (tx) =>
      preparedRun(
        tx,
        `insert into operation_steps (operation, seq, step, event, attempt, at)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < ${long})
         select id, 100 + i, 'only', 'succeeded', 1, 0 from n cross join operations`,
      ),
    );
    sizes.length = 0;
    const page = await world.runner.page({});
    expect(page.items.length).toBeLessThan(20);
    const read = page.items.map(({ id }) => id);
    for (let next = page.next; next !== null; ) {
      const more = await world.runner.page({ after: next });
      read.push(...more.items.map(({ id }) => id));
      next = more.next;
    }
    expect(read).toEqual(made);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20 * (long + 10));
  });
});

describeOnDatabases<unknown>('counts', { migrations: [tablesMigration] }, ({ open }) => {
  test('what waits for a person and what failed is counted', async () => {
    const world = await startWorld(await open());
    await world.run('fail', []);
    const since = world.nowMs() + 1;
    for (const wish of ['work', 'fail', 'ask', 'ask', 'fail'] as const) await world.run(wish, []);
    await world.runner.stop({ graceMs: 1_000 });
    expect(await world.runner.count(since)).toEqual({ working: 0, paused: 0, needs_attention: 2, failed: 2 });
  });
});

const place = { created_at: 5, id: 'x' };
test.each<[string, OperationFilter, string]>([
  ['nothing', {}, 'operations_created'],
  ['since', { since: 3 }, 'operations_created'],
  ['cluster', { claims: ['cluster/one'] }, 'sqlite_autoindex_operation_subjects_1'],
  ['cluster and server', { claims: ['cluster/one', 'server/s'] }, 'sqlite_autoindex_operation_subjects_1'],
  ['workflow', { workflow: 'create' }, 'operations_workflow'],
  ['status of the closed', { status: 'left' }, 'operations_outcome'],
  ['status of the open', { status: 'paused' }, 'operations_open'],
  ['open', { open: true }, 'operations_open'],
])('a page is read from one index, in its order, whatever the number of operations: %s', async (_, filter, index) => {
  const database = await openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });
  for (const after of [null, place]) {
    const { text, values } = pageQuery(filter, after, 50);
    const plan = await database.rows<{ detail: string }>(`explain query plan ${text}`, values);
    const details = plan.map(({ detail }) => detail).join('\n');
    expect(details).toContain(index);
    expect(details).not.toMatch(/TEMP B-TREE|SCAN operations$/m);
  }
  await database.close();
});
