import type { OperationView } from '../operation.ts';
import { type Json, stepKey } from '../workflow.ts';
import { findPoints, forward, fromTheEnd, makeTrials, type Tally, type Trial, tryAll } from './crashes.ts';
import { inWorld, type MakeWorld, runTo } from './world.ts';
import { failing, sameStep, twice, undoneTwice } from './wraps.ts';

/** How many worlds are tried side by side: most of a try is waiting. */
export type Spread = { atOnce?: number };

/** The workflow comes to its end; gives back the operation. */
export async function finishes<P extends Json, S>(makeWorld: MakeWorld<P, S>): Promise<OperationView> {
  return inWorld(makeWorld, (world) => runTo(world, { outcome: 'finished', wrap: sameStep }));
}

/** Every step recognises what it did already; gives back the operation. */
export async function finishesWhenEveryStepRunsTwice<P extends Json, S>(
  makeWorld: MakeWorld<P, S>,
): Promise<OperationView> {
  return inWorld(makeWorld, (world) => runTo(world, { outcome: 'finished', wrap: twice }));
}

/**
 * Whatever step fails for good, before it did anything or after it did all, everything is taken back; each undo runs
 * twice. Gives back how many ways were tried.
 */
export async function unwindsFromEveryStep<P extends Json, S>(
  makeWorld: MakeWorld<P, S>,
  spread: Spread = {},
): Promise<number> {
  return runsOf(await tryAll(await unwindTrials(makeWorld), spread.atOnce));
}

/** What `unwindsFromEveryStep` tries. */
export async function unwindTrials<P extends Json, S>(makeWorld: MakeWorld<P, S>): Promise<Trial[]> {
  const keys = await inWorld(makeWorld, async ({ workflow, plan }) => workflow.steps(plan).map(stepKey));
  return keys.flatMap((key) =>
    (['before', 'after'] as const).map((moment) => ({
      name: `${key} fails ${moment} it acts`,
      outcome: 'undone' as const,
      run: () =>
        inWorld(makeWorld, (world) =>
          runTo(world, { outcome: 'undone', wrap: (step) => undoneTwice(failing(step, key, moment)) }),
        ),
    })),
  );
}

/**
 * The runner dies before and after every record of the way forward, and of the way back from the last steps; the next
 * one brings the operation to the same end. Gives back how many points were tried.
 */
export async function survivesCrashBeforeAndAfterEveryRecord<P extends Json, S>(
  makeWorld: MakeWorld<P, S>,
  spread: Spread = {},
): Promise<number> {
  let count = 0;
  for (const way of [forward, await fromTheEnd(makeWorld)]) {
    const points = await findPoints(makeWorld, way);
    const trials = makeTrials(
      makeWorld,
      points.map((point) => ({ way, crashes: [point] })),
    );
    count += runsOf(await tryAll(trials, spread.atOnce));
  }
  return count;
}

function runsOf({ runs, problems }: Tally): number {
  if (problems.length === 0) return runs;
  throw new Error(`${problems.length} of ${runs} went wrong:\n${problems.slice(0, 10).join('\n')}`);
}
