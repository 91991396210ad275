import type { Database } from '@operations-center/database';
import { Crash, type KillPoint, type RecordEvent } from '../kill-point.ts';
import type { OperationView } from '../operation.ts';
import { makeRunner } from '../runner.ts';
import type { Runner } from '../runner-parts.ts';
import {
  type Json,
  type Outcome,
  type Policy,
  type Step,
  StepFailure,
  type StepResult,
  stepKey,
  type Workflow,
} from '../workflow.ts';

/** Everything one try of a workflow needs, fresh: nothing of another try may be seen in it. */
export type World<Plan extends Json, Schema> = {
  workflow: Workflow<Plan>;
  plan: Plan;
  /** Holds the tables of `workflowTables`. */
  database: Database<Schema>;
  /** Throws if the world is not what this outcome promises: all there once, or nothing there. */
  check(outcome: Outcome): void | Promise<void>;
  /** Closes the database and what else the world opened. */
  end(): Promise<void>;
};
export type MakeWorld<Plan extends Json, Schema> = () => Promise<World<Plan, Schema>>;

type Point = { step: string; event: RecordEvent; side: 'before' | 'after' };
type Wrap = (step: Step) => Step;

const patienceMs = 30_000;

/** The workflow comes to its end; gives back the operation. */
export async function finishes<P extends Json, S>(makeWorld: MakeWorld<P, S>): Promise<OperationView> {
  return inWorld(makeWorld, (world) => runTo(world, 'finished', sameStep));
}

/** Every step recognises what it did already; gives back the operation. */
export async function finishesWhenEveryStepRunsTwice<P extends Json, S>(
  makeWorld: MakeWorld<P, S>,
): Promise<OperationView> {
  return inWorld(makeWorld, (world) => runTo(world, 'finished', twice));
}

/**
 * Whatever step fails for good, before it did anything or after it did all, everything is taken back; each undo runs
 * twice. Gives back how many ways were tried.
 */
export async function unwindsFromEveryStep<P extends Json, S>(makeWorld: MakeWorld<P, S>): Promise<number> {
  const keys = await inWorld(makeWorld, async ({ workflow, plan }) => workflow.steps(plan).map(stepKey));
  for (const key of keys) {
    for (const moment of ['before', 'after'] as const) {
      await told(`${key} fails ${moment} it acts`, () =>
        inWorld(makeWorld, (world) => runTo(world, 'undone', (step) => undoneTwice(failing(step, key, moment)))),
      );
    }
  }
  return keys.length * 2;
}

/**
 * The runner dies before and after every record of the way forward, and of the way back from the last steps; the next
 * one brings the operation to the same end. Gives back how many points were tried.
 */
export async function survivesCrashBeforeAndAfterEveryRecord<P extends Json, S>(
  makeWorld: MakeWorld<P, S>,
): Promise<number> {
  const last = await inWorld(makeWorld, async ({ workflow, plan }) => lastSteps(workflow.steps(plan)));
  const backward: Wrap = (step) => (last.has(stepKey(step)) ? failing(step, stepKey(step), 'after') : step);
  let count = 0;
  for (const [outcome, wrap] of [
    ['finished', sameStep],
    ['undone', backward],
  ] as const) {
    const points = await inWorld(makeWorld, (world) => recordPoints(world, outcome, wrap));
    for (const point of points) {
      await told(`${outcome}, crash at ${point.step}:${point.event}:${point.side}`, () =>
        inWorld(makeWorld, (world) => crashAndGoOn(world, outcome, wrap, point)),
      );
    }
    count += points.length;
  }
  return count;
}

async function inWorld<P extends Json, S, T>(
  makeWorld: MakeWorld<P, S>,
  use: (world: World<P, S>) => Promise<T>,
): Promise<T> {
  const world = await makeWorld();
  try {
    return await use(world);
  } finally {
    await world.end();
  }
}

async function told(point: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`${point}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function runTo<P extends Json, S>(
  world: World<P, S>,
  outcome: Outcome,
  wrap: Wrap,
  killPoint?: KillPoint,
): Promise<OperationView> {
  const runner = makeHarnessRunner(world, wrap, killPoint);
  try {
    await runner.start();
    const id = await submit(world, runner);
    const view = await runner.wait(id, AbortSignal.timeout(patienceMs));
    await expectOutcome(world, view, outcome);
    return view;
  } finally {
    await runner.stop({ graceMs: patienceMs });
  }
}

const submit = <P extends Json, S>({ database, workflow, plan }: World<P, S>, runner: Runner): Promise<string> =>
  database.write('submit', (tx) => runner.submit(tx, { workflow: workflow.name, plan }));

async function expectOutcome<P extends Json, S>(
  world: World<P, S>,
  view: OperationView,
  outcome: Outcome,
): Promise<void> {
  if (view.status !== outcome) {
    const why =
      view.failure === null ? '' : `, because ${view.failure.step}: ${view.failure.code}: ${view.failure.message}`;
    throw new Error(`the operation is ${view.status} instead of ${outcome}${why}`);
  }
  await world.check(outcome);
}

async function recordPoints<P extends Json, S>(world: World<P, S>, outcome: Outcome, wrap: Wrap): Promise<Point[]> {
  const points: Point[] = [];
  const seen = new Set<string>();
  await runTo(world, outcome, wrap, (step, event, side) => {
    const name = `${step}:${event}:${side}`;
    if (!seen.has(name)) points.push({ step, event, side });
    seen.add(name);
  });
  return points;
}

async function crashAndGoOn<P extends Json, S>(
  world: World<P, S>,
  outcome: Outcome,
  wrap: Wrap,
  point: Point,
): Promise<void> {
  const crashed = Promise.withResolvers<void>();
  let isDead = false;
  const dying = makeHarnessRunner(world, wrap, (step, event, side) => {
    if (isDead || step !== point.step || event !== point.event || side !== point.side) return;
    isDead = true;
    crashed.resolve();
    throw new Crash(`${step}:${event}:${side}`);
  });
  await dying.start();
  const id = await submit(world, dying);
  const ended = dying.wait(id, AbortSignal.timeout(patienceMs)).catch(() => {});
  await Promise.race([crashed.promise, ended]);
  await dying.stop({ graceMs: patienceMs });

  const next = makeHarnessRunner(world, wrap);
  try {
    await next.start();
    await expectOutcome(world, await next.wait(id, AbortSignal.timeout(patienceMs)), outcome);
  } finally {
    await next.stop({ graceMs: patienceMs });
  }
}

/** The workflow with every pause of a policy cut to nothing: only its order of things is tried here. */
function makeHarnessRunner<P extends Json, S>(world: World<P, S>, wrap: Wrap, killPoint?: KillPoint): Runner {
  const { workflow, database } = world;
  const hurried: Workflow = {
    name: workflow.name,
    version: workflow.version,
    about: (plan) => workflow.about(plan as P), // the harness submits no other plan than the world's
    claims: (plan) => workflow.claims(plan as P), // as above
    steps: (plan) => workflow.steps(plan as P).map((step) => hurry(wrap(step as Step))), // as above
    async settle(tx, plan, outcome, operation) {
      await workflow.settle?.(tx, plan as P, outcome, operation); // as above
    },
  };
  return makeRunner({
    database,
    workflows: [hurried],
    clock: { nowMs: () => Date.now() },
    owner: 'harness',
    exclusive: true,
    killPoint,
  });
}

function hurry(step: Step): Step {
  const quick = (policy: Policy): Policy => ({ ...policy, backoffMs: 1, backoffMaxMs: 1, everyMs: 1 });
  const undo = 'run' in step.undo ? { ...bindUndo(step.undo), policy: quick(step.undo.policy) } : step.undo;
  return { ...step, ...bindStep(step), policy: quick(step.policy), undo };
}

const bindUndo = (undo: Extract<Step['undo'], { run: unknown }>) => ({ run: undo.run.bind(undo) });
const bindStep = (step: Step) => ('until' in step ? { until: step.until.bind(step) } : { run: step.run.bind(step) });

const sameStep: Wrap = (step) => step;

const twice: Wrap = (step) => {
  if ('until' in step) return step;
  const run = async (context: Parameters<typeof step.run>[0]): Promise<StepResult> => {
    await step.run(context);
    return step.run(context);
  };
  return { ...step, run };
};

const undoneTwice: Wrap = (step) => {
  const { undo } = step;
  if (!('run' in undo)) return step;
  const run = async (context: Parameters<typeof undo.run>[0]) => {
    await undo.run(context);
    return undo.run(context);
  };
  return { ...step, undo: { run, policy: undo.policy } };
};

function failing(step: Step, key: string, moment: 'before' | 'after'): Step {
  if (stepKey(step) !== key) return step;
  const failure = (): StepFailure => new StepFailure('permanent', 'harness', `failed on purpose ${moment} it acted`);
  const fail = (): never => {
    throw failure();
  };
  if ('until' in step) return { ...step, until: async () => fail() };
  const runThenFail = async (context: Parameters<typeof step.run>[0]): Promise<StepResult> => {
    await step.run(context);
    return fail();
  };
  return { ...step, run: moment === 'before' ? async () => fail() : runThenFail };
}

/** Steps that nothing follows: when they fail, all others have succeeded. */
function lastSteps<P extends Json>(steps: readonly Step<P>[]): Set<string> {
  const followed = new Set(steps.flatMap(({ after }) => after));
  return new Set(steps.map(stepKey).filter((key) => !followed.has(key)));
}
