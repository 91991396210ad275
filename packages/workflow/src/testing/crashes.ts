import { Crash, type KillPoint, type RecordEvent } from '../kill-point.ts';
import { type Json, type Outcome, stepKey } from '../workflow.ts';
import {
  expectOutcome,
  inWorld,
  type MakeWorld,
  makeHarnessRunner,
  patienceMs,
  runTo,
  submit,
  type World,
  waitForEnd,
} from './world.ts';
import { failing, lastSteps, sameStep, type Wrap } from './wraps.ts';

/** How an operation is sent: to its end, or back from a step that fails. */
export type Way = { name: string; outcome: Exclude<Outcome, 'left'>; wrap: Wrap };

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

/** Every record that is written on this way, before and after. */
export async function findPoints<P extends Json, S>(makeWorld: MakeWorld<P, S>, way: Way): Promise<Point[]> {
  const points = new Map<string, Point>();
  await inWorld(makeWorld, (world) =>
    runTo(world, way.outcome, way.wrap, (step, event, side) => {
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

async function crashAndGoOn<P extends Json, S>(world: World<P, S>, { way, crashes }: CrashPlan): Promise<void> {
  let id: string | undefined;
  for (const crash of crashes) id = await liveUntil(world, way, crash, id);
  const last = makeHarnessRunner(world, way.wrap);
  try {
    await last.start();
    id ??= await submit(world, last);
    await expectOutcome(world, await waitForEnd(last, id, way.outcome), way.outcome);
  } finally {
    await last.stop({ graceMs: patienceMs });
  }
}

/** A runner that dies at that point, or lives to the end if it never comes there. The operation it worked on. */
async function liveUntil<P extends Json, S>(
  world: World<P, S>,
  { wrap, outcome }: Way,
  crash: CrashAt,
  known: string | undefined,
): Promise<string> {
  const crashed = Promise.withResolvers<void>();
  const runner = makeHarnessRunner(world, wrap, makeCrash(crash, crashed.resolve));
  await runner.start();
  const id = known ?? (await submit(world, runner));
  const ended = waitForEnd(runner, id, outcome).catch(() => {});
  await Promise.race([crashed.promise, ended]);
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
