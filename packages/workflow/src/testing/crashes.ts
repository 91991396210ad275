import { ExitNotPossible } from '../faults.ts';
import { Crash, type KillPoint, type RecordEvent } from '../kill-point.ts';
import { type Json, type Outcome, stepKey } from '../workflow.ts';
import {
  type Asked,
  type Course,
  expectOutcome,
  inWorld,
  type MakeWorld,
  makeHarnessRunner,
  patienceMs,
  runTo,
  submit,
  untilOffered,
  type World,
  waitForEnd,
} from './world.ts';
import { eitherStep, failing, lastSteps, sameStep, undoAsking } from './wraps.ts';

/** How an operation is sent: to its end, back from a step that fails, or forward again from a way back that asks. */
export type Way = Course & {
  name: string;
  /** The same way, not yet begun: where what a step does depends on how far the operation came. */
  anew?: () => Way;
};

export type Point = { step: string; event: RecordEvent; side: 'before' | 'after' };
/** A record by its name; or, of a runner that starts again, the n-th crash point that it passes. */
export type CrashAt = Point | number;

/** One try: the crashes in turn, each of a new runner on the same database, then a runner that may live. */
export type CrashPlan = { way: Way; crashes: readonly CrashAt[] };

export type Trial = { name: string; outcome: Exclude<Outcome, 'left'>; run(): Promise<unknown> };
export type Tally = { runs: number; finished: number; undone: number; problems: string[] };

export const forward: Way = { name: 'forward', outcome: 'finished', wrap: sameStep };

export const backFrom = (key: string): Way => ({
  name: `back from ${key}`,
  outcome: 'undone',
  wrap: (step) => failing(step, key, 'after'),
});

/** Back when all but the last steps succeeded. */
export async function fromTheEnd<P extends Json, S>(makeWorld: MakeWorld<P, S>): Promise<Way> {
  const last = await inWorld(makeWorld, async ({ workflow, plan }) => lastSteps(workflow.steps(plan)));
  return {
    name: 'back from the end',
    outcome: 'undone',
    wrap: (step) => (last.has(stepKey(step)) ? failing(step, stepKey(step), 'after') : step),
  };
}

/** Back from the failed steps, until taking one back asks; then a person sends it forward again, and nothing fails any more. */
export function forwardAgain(failed: ReadonlySet<string>, asking: string, moment: 'before' | 'after'): Way {
  let isForward = false;
  return {
    name: `forward again, when taking back ${asking} asks ${moment} it acted`,
    outcome: 'finished',
    anew: () => forwardAgain(failed, asking, moment),
    wrap(step) {
      const key = stepKey(step);
      const back = undoAsking(failed.has(key) ? failing(step, key, 'after') : step, asking, moment);
      return eitherStep(() => (isForward ? step : back), back);
    },
    async choose(asked) {
      if (asked.direction === 'forward') return asked.runner.undo(asked.id);
      await untilOffered(asked, 'finish');
      isForward = true;
      return finishWhenOffered(asked);
    },
  };
}

/** Between the offer and the choice something else may begin to be taken back: then the next offer is taken. */
async function finishWhenOffered(asked: Asked): Promise<void> {
  for (;;) {
    await untilOffered(asked, 'finish');
    try {
      return await asked.runner.finish(asked.id);
    } catch (error) {
      if (!(error instanceof ExitNotPossible)) throw error;
    }
  }
}

/** Every record that is written on this way, before and after. */
export async function findPoints<P extends Json, S>(makeWorld: MakeWorld<P, S>, way: Way): Promise<Point[]> {
  const points = new Map<string, Point>();
  await inWorld(makeWorld, (world) =>
    runTo(world, way.anew?.() ?? way, (step, event, side) => {
      points.set(nameOf({ step, event, side }), { step, event, side });
    }),
  );
  return [...points.values()];
}

export const makeTrials = <P extends Json, S>(makeWorld: MakeWorld<P, S>, plans: readonly CrashPlan[]): Trial[] =>
  plans.map((plan) => ({
    name: `${plan.way.name}, crash at ${plan.crashes.map(nameOf).join(', then at ')}`,
    outcome: plan.way.outcome,
    run: () => inWorld(makeWorld, (world) => crashAndGoOn(world, plan)),
  }));

/** Runs all, `atOnce` side by side, and counts; what goes wrong is told by name. */
export async function tryAll(trials: readonly Trial[], atOnce = 1): Promise<Tally> {
  const tally: Tally = { runs: trials.length, finished: 0, undone: 0, problems: [] };
  const queue = [...trials];
  const work = async (): Promise<void> => {
    for (let trial = queue.shift(); trial !== undefined; trial = queue.shift()) {
      try {
        await trial.run();
        tally[trial.outcome] += 1;
      } catch (error) {
        tally.problems.push(`${trial.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tally;
}

const nameOf = (crash: CrashAt): string =>
  typeof crash === 'number' ? `record ${crash}` : `${crash.step}:${crash.event}:${crash.side}`;

async function crashAndGoOn<P extends Json, S>(world: World<P, S>, plan: CrashPlan): Promise<void> {
  const way = plan.way.anew?.() ?? plan.way;
  const { crashes } = plan;
  let id: string | undefined;
  for (const crash of crashes) id = await liveUntil(world, way, crash, id);
  const last = makeHarnessRunner(world, way.wrap);
  try {
    await last.start();
    id ??= await submit(world, last);
    await expectOutcome(world, await waitForEnd(last, id, way), way.outcome);
  } finally {
    await last.stop({ graceMs: patienceMs });
  }
}

/** A runner that dies at that point, or lives to the end if it never comes there. The operation it worked on. */
async function liveUntil<P extends Json, S>(
  world: World<P, S>,
  way: Way,
  crash: CrashAt,
  known: string | undefined,
): Promise<string> {
  const crashed = Promise.withResolvers<void>();
  const runner = makeHarnessRunner(world, way.wrap, makeCrash(crash, crashed.resolve));
  await runner.start();
  const id = known ?? (await submit(world, runner));
  const living = new AbortController();
  const ended = waitForEnd(runner, id, way, living.signal).catch(() => {});
  await Promise.race([crashed.promise, ended]);
  // Nobody asks a dead program for anything.
  living.abort();
  await ended;
  await runner.stop({ graceMs: patienceMs });
  return id;
}

export function makeCrash(crash: CrashAt, onCrash: () => void): KillPoint {
  let isDead = false;
  let passed = 0;
  return (step, event, side) => {
    passed += 1;
    const isHere = typeof crash === 'number' ? passed === crash : nameOf(crash) === nameOf({ step, event, side });
    if (isDead || !isHere) return;
    isDead = true;
    onCrash();
    throw new Crash(`${step}:${event}:${side}`);
  };
}
