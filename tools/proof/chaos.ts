/** Chaos in one process: a creation under a seeded schedule of faults, until it is finished, undone, or stuck. */
import type { Database } from '../../packages/database/src/index.ts';
import { type OperationView, type Runner, stepKey } from '../../packages/workflow/src/index.ts';
import {
  finishes,
  makeCrash,
  makeHarnessRunner,
  sameStep,
  submit,
  unwindTrials,
} from '../../packages/workflow/src/testing/index.ts';
import { type Creations, type CreationWorld } from './creation-world.ts';
import { type Call, callsOf, makeSchedule, type Schedule } from './schedule.ts';

export type ChaosRow = {
  seed: number;
  /** `finished`, `undone`, or `lost`. */
  outcome: string;
  crashes: number;
  mishaps: number;
  /** How often it stood paused and was resumed; and what was chosen where it asked. */
  resumed: number;
  choices: string[];
  wrong: string[];
  /** What happened, record by record and call by call: the same for the same seed. */
  trace: string[];
};

const patienceMs = 60_000;
const mostLives = 40;

/** The calls that a creation and its undo make, of which a schedule picks. */
export async function listCalls(creations: Creations): Promise<Call[]> {
  const seen: Call[] = [];
  const make = async () => {
    const world = await creations.make();
    return {
      ...world,
      end: async () => {
        seen.push(...callsOf(world.fleet.log.list()));
        await world.end();
      },
    };
  };
  await finishes(make);
  const [last] = (await unwindTrials(make)).slice(-1);
  await last?.run();
  const unique = new Map(seen.map((call) => [`${call.server} ${call.method} ${call.path}`, call]));
  return [...unique.keys()].sort().flatMap((key) => unique.get(key) ?? []);
}

/**
 * `in line`: one step after the other, so that a seed tells the same story each time. `side by side`: as the daemon does
 * it, where chance has a part.
 */
export type Order = 'in line' | 'side by side';

export async function runChaos(
  creations: Creations,
  { seed, calls, order }: { seed: number; calls: readonly Call[]; order: Order },
): Promise<ChaosRow> {
  const schedule = makeSchedule(seed, calls);
  const made = await creations.make();
  const world = order === 'in line' ? { ...made, workflow: inLine(made.workflow) } : made;
  const row: ChaosRow = {
    seed,
    outcome: 'lost',
    crashes: 0,
    mishaps: 0,
    resumed: 0,
    choices: [],
    wrong: [],
    trace: [],
  };
  try {
    world.fleet.mishaps.set(schedule.mishaps);
    if (schedule.fault !== undefined) world.fleet.faults.set(schedule.fault);
    row.outcome = await bringToAnEnd(world, schedule, row);
    row.mishaps = world.fleet.mishaps.met().length;
    // Who looks whether all is well meets with no mishap.
    world.fleet.mishaps.set([]);
    if (row.outcome === 'finished' || row.outcome === 'undone') await world.check(row.outcome);
    else row.wrong.push(`it ended as ${row.outcome}`);
  } catch (error) {
    row.wrong.push(error instanceof Error ? error.message : String(error));
  } finally {
    row.trace = await traceOf(world);
    await world.end();
  }
  return row;
}

/** Each step waits for the one before it; an order that the workflow allows. */
const inLine = (workflow: CreationWorld['workflow']): CreationWorld['workflow'] => ({
  ...workflow,
  steps: (plan) => {
    const steps = workflow.steps(plan);
    return steps.map((step, index) => {
      const before = steps[index - 1];
      return before === undefined ? step : { ...step, after: [...new Set([...step.after, stepKey(before)])] };
    });
  },
});

/** One life of the daemon after the other. */
async function bringToAnEnd(world: CreationWorld, schedule: Schedule, row: ChaosRow): Promise<string> {
  const disk = { refused: 0, seen: 0 };
  const database = fullAtTimes(world.database, schedule, disk);
  let id: string | undefined;
  for (let life = 0; life < mostLives; life += 1) {
    const crashed = Promise.withResolvers<'crashed'>();
    const crash = schedule.crashes[life];
    const killPoint = crash === undefined ? undefined : makeCrash(crash, () => crashed.resolve('crashed'));
    const change = { clock: world.clock, pollMs: 20, database };
    const runner = makeHarnessRunner(world, sameStep, killPoint, change);
    await runner.start();
    id ??= await submit(world, runner);
    // Who sits before a daemon that died does nothing more through it.
    const over = new AbortController();
    const settled = settle(runner, id, { world, schedule, row, over: over.signal });
    settled.catch(() => undefined);
    const end = await Promise.race([crashed.promise, settled]);
    over.abort();
    await runner.stop({ graceMs: patienceMs });
    if (end !== 'crashed') return end;
    row.crashes += 1;
    world.clock.offsetMs += schedule.jumps[life] ?? 0;
  }
  return 'never at an end';
}

/** Does what a person would: resumes what is paused; where it asks, mends the servers and chooses. */
async function settle(
  runner: Runner,
  id: string,
  now: { world: CreationWorld; schedule: Schedule; row: ChaosRow; over: AbortSignal },
): Promise<string> {
  const { world, schedule, row, over } = now;
  for (;;) {
    const view: OperationView = await runner.wait(id, AbortSignal.any([over, AbortSignal.timeout(patienceMs)]));
    over.throwIfAborted();
    if (view.status === 'paused') {
      row.resumed += 1;
      await runner.resume(id);
    } else if (view.status === 'needs_attention') {
      for (const { name, server } of world.fleet.faults.list()) world.fleet.faults.clear(name, server);
      const wish = schedule.choices[row.choices.length];
      if (wish === undefined) return `asking for ever: ${view.failure?.message ?? ''}`;
      const choice = view.ways_out.some(({ exit }) => exit === wish) ? wish : 'retry';
      row.choices.push(`${choice} (${view.failure?.code ?? ''})`);
      await runner[choice](id);
    } else return view.status;
  }
}

const recordsOfTheEngine = new Set(['operation record', 'operation end', 'operation rest', 'operation release']);

/** A disk without room refuses the records of the engine for a while; what was committed stays. */
function fullAtTimes<S>(
  database: Database<S>,
  { fullDisk }: Schedule,
  disk: { refused: number; seen: number },
): Database<S> {
  if (fullDisk === undefined) return database;
  return {
    ...database,
    write(name, body) {
      if (!recordsOfTheEngine.has(name)) return database.write(name, body);
      disk.seen += 1;
      if (disk.seen < fullDisk.from || disk.refused >= fullDisk.count) return database.write(name, body);
      disk.refused += 1;
      return Promise.reject(new Error('database or disk is full'));
    },
  };
}

async function traceOf({ database, fleet }: CreationWorld): Promise<string[]> {
  const records = await database.rows<{ step: string; event: string; attempt: number }>(
    'select step, event, attempt from operation_steps order by seq',
  );
  const calls = fleet.log.list().filter(({ method }) => method !== 'GET');
  return [
    ...records.map(({ step, event, attempt }) => `${step} ${event} ${attempt}`),
    ...calls.map(({ server, method, path, query, status }) => `${server} ${method} ${path}?${query} ${status}`),
  ];
}
