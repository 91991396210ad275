import type { Database } from '@operations-center/database';
import { preparedRows, preparedRun } from '@operations-center/database';
import { sql } from 'kysely';
import { operationListTables } from '../store/list-tables.ts';
import { workflowTables } from '../store/tables.ts';
import type { Policy, Step, UndoContext, Workflow } from '../workflow.ts';
import type { World } from './world.ts';

/** A pretend fleet of things that are made, some waited for, and taken back; with a row beside each in the database. */
export type Fleet = { things: Set<string>; made: string[]; awake: Map<string, number> };
export type SyntheticPlan = { servers: readonly string[] };

export const syntheticMigration = {
  name: '0001-first',
  async up(tx: Parameters<typeof workflowTables>[0], dialect: Parameters<typeof workflowTables>[1]): Promise<void> {
    await workflowTables(tx, dialect);
    await operationListTables(tx, dialect);
    await sql`create table things (name text primary key)`.execute(tx);
    await sql`create table endings (operation text primary key, outcome text not null)`.execute(tx);
  },
};

export const quick: Policy = {
  name: 'quick',
  attempts: 3,
  backoffMs: 1,
  backoffMaxMs: 4,
  deadlineMs: 5_000,
  everyMs: 1,
};

/** Per server `prepare` then `await`; all of them, then `join` one by one, then `seal`. */
export function makeSyntheticWorkflow(fleet: Fleet): Workflow<SyntheticPlan> {
  return {
    name: 'synthetic',
    version: 1,
    about: ({ servers }) => `Make things on ${servers.length} servers`,
    claims: ({ servers }) => servers.map((server) => `server/${server}`),
    steps: ({ servers }) => [
      ...servers.map((server) => makeThing(fleet, 'prepare', server, [])),
      ...servers.map((server) => waitFor(fleet, server, [`prepare/${server}`])),
      ...servers.map((server, at) => makeThing(fleet, 'join', server, joinAfter(servers, at))),
      makeThing(
        fleet,
        'seal',
        undefined,
        servers.map((server) => `join/${server}`),
      ),
    ],
    async settle(tx, _plan, outcome, operation) {
      await preparedRun(tx, 'insert into endings (operation, outcome) values (?, ?)', [operation, outcome]);
    },
  };
}

const joinAfter = (servers: readonly string[], at: number): string[] => {
  const before = servers[at - 1];
  return [...servers.map((server) => `await/${server}`), ...(before === undefined ? [] : [`join/${before}`])];
};

function makeThing(
  fleet: Fleet,
  name: string,
  target: string | undefined,
  after: readonly string[],
): Step<SyntheticPlan> {
  const thing = target === undefined ? name : `${name}/${target}`;
  return {
    name,
    ...(target !== undefined && { target }),
    about: `Make ${thing}`,
    after,
    policy: quick,
    async run({ signal }) {
      signal.throwIfAborted();
      const already = fleet.things.has(thing);
      if (!already) fleet.made.push(thing);
      fleet.things.add(thing);
      const save = async (tx: Parameters<typeof preparedRun>[0]): Promise<void> => {
        await preparedRun(tx, 'insert into things (name) values (?) on conflict do nothing', [thing]);
      };
      return { output: thing, already, save };
    },
    undo: {
      policy: quick,
      async run(context: UndoContext<SyntheticPlan>) {
        assertNothingBehind(fleet, context.plan, thing);
        fleet.things.delete(thing);
        fleet.made = fleet.made.filter((made) => made !== thing);
        return {
          async save(tx: Parameters<typeof preparedRun>[0]) {
            await preparedRun(tx, 'delete from things where name = ?', [thing]);
          },
        };
      },
    },
  };
}

/** Taking back in the wrong order would leave things behind on a real fleet. */
function assertNothingBehind(fleet: Fleet, { servers }: SyntheticPlan, thing: string): void {
  const order = [...servers.map((server) => `join/${server}`), 'seal'];
  const place = order.indexOf(thing);
  const behind = place >= 0 ? order.slice(place + 1) : order;
  const left = behind.filter((other) => fleet.things.has(other));
  if (left.length > 0) throw new Error(`${thing} is taken back before ${left.join(', ')}`);
}

const waitFor = (fleet: Fleet, server: string, after: readonly string[]): Step<SyntheticPlan> => ({
  name: 'await',
  target: server,
  about: `Wait for ${server}`,
  after,
  policy: quick,
  undo: { none: 'a wait changes nothing' },
  async until() {
    const looks = (fleet.awake.get(server) ?? 0) + 1;
    fleet.awake.set(server, looks);
    return looks < 3 ? { done: false, seen: `${server} sleeps` } : { done: true, output: `${server} awake` };
  },
});

/** A world of the synthetic workflow on a database with `syntheticMigration`. */
export function makeSyntheticWorld<Schema>(
  database: Database<Schema>,
  servers: readonly string[] = ['a', 'b', 'c'],
): World<SyntheticPlan, Schema> & { fleet: Fleet } {
  const fleet: Fleet = { things: new Set(), made: [], awake: new Map() };
  const all = [...servers.flatMap((server) => [`prepare/${server}`, `join/${server}`]), 'seal'].sort();
  return {
    workflow: makeSyntheticWorkflow(fleet),
    plan: { servers },
    database,
    fleet,
    async check(outcome) {
      const wanted = outcome === 'finished' ? all : [];
      const rows = await database.write('check', (tx) => preparedRows<{ name: string }>(tx, 'select name from things'));
      assertSame('things', [...fleet.things].sort(), wanted);
      assertSame('rows', rows.map(({ name }) => name).sort(), wanted);
      if (outcome === 'finished') assertSame('made once', fleet.made.toSorted(), wanted);
      const endings = await database.rows<{ outcome: string }>('select outcome from endings');
      assertSame(
        'endings',
        endings.map((row) => row.outcome),
        [outcome],
      );
      assertSame('claims', await database.rows('select claim from operation_claims'), []);
    },
    end: () => database.close(),
  };
}

function assertSame(what: string, found: readonly unknown[], wanted: readonly unknown[]): void {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}
