import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@operations-center/database';
import type { KillPoint } from '../kill-point.ts';
import type { Exit, OperationView } from '../operation.ts';
import { makeRunner } from '../run/runner.ts';
import type { Runner, RunnerParts } from '../run/runner-parts.ts';
import type { Json, Outcome, Step, Workflow } from '../workflow.ts';
import { failedOnPurpose, hurry, type Wrap } from './wraps.ts';

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

export const patienceMs = 30_000;

export async function inWorld<P extends Json, S, T>(
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

/** What is to become of an operation, how its steps are changed for that, and what a person chooses where it asks. */
export type Course = {
  outcome: Exclude<Outcome, 'left'>;
  wrap: Wrap;
  choose?(asked: Asked): Promise<void>;
};

/** An operation that asks; the signal ends when its runner does. */
export type Asked = { runner: Runner; id: string; direction: OperationView['direction']; signal: AbortSignal };

export async function runTo<P extends Json, S>(
  world: World<P, S>,
  course: Course,
  killPoint?: KillPoint,
): Promise<OperationView> {
  const runner = makeHarnessRunner(world, course.wrap, killPoint);
  try {
    await runner.start();
    const id = await submit(world, runner);
    const view = await waitForEnd(runner, id, course);
    await expectOutcome(world, view, course.outcome);
    return view;
  } finally {
    await runner.stop({ graceMs: patienceMs });
  }
}

/** What an operation asks because the harness made it ask is answered as the course says; any other question ends the try. */
export async function waitForEnd(
  runner: Runner,
  id: string,
  course: Course,
  living: AbortSignal = AbortSignal.timeout(2 * patienceMs),
): Promise<OperationView> {
  const choose = course.choose ?? (course.outcome === 'undone' ? chooseUndo : undefined);
  const asked = new Set<string>();
  for (;;) {
    const signal = AbortSignal.any([living, AbortSignal.timeout(patienceMs)]);
    const view = await runner.wait(id, signal);
    const isOurs = view.status === 'needs_attention' && view.failure?.code === failedOnPurpose;
    if (!isOurs || choose === undefined || asked.has(view.direction)) return view;
    asked.add(view.direction);
    await choose({ runner, id, direction: view.direction, signal });
  }
}

/** A step that may be skipped asks when it fails; where all is to be taken back, that is the answer. */
async function chooseUndo({ runner, id, direction }: Asked): Promise<void> {
  if (direction === 'forward') await runner.undo(id);
}

/** What else is being taken back at this moment comes to its end first. */
export async function untilOffered({ runner, id, signal }: Asked, exit: Exit): Promise<void> {
  const isOffered = async () => (await runner.view(id))?.ways_out.some((way) => way.exit === exit) === true;
  while (!(await isOffered())) await sleep(1, undefined, { signal });
  signal.throwIfAborted();
}

export const submit = <P extends Json, S>({ database, workflow, plan }: World<P, S>, runner: Runner): Promise<string> =>
  database.write('submit', (tx) => runner.submit(tx, { workflow: workflow.name, plan }));

export async function expectOutcome<P extends Json, S>(
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

/** The workflow with every pause of a policy cut to nothing: only its order of things is tried here. */
export function makeHarnessRunner<P extends Json, S>(
  world: World<P, S>,
  wrap: Wrap,
  killPoint?: KillPoint,
  change: Partial<RunnerParts<S>> = {},
): Runner {
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
    ...change,
  });
}
