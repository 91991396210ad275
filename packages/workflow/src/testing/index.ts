export {
  backFrom,
  type CrashPlan,
  findPoints,
  forward,
  fromTheEnd,
  makeTrials,
  type Tally,
  type Trial,
  tryAll,
} from './crashes.ts';
export {
  finishes,
  finishesWhenEveryStepRunsTwice,
  survivesCrashBeforeAndAfterEveryRecord,
  unwindsFromEveryStep,
  unwindTrials,
} from './harness.ts';
export type { MakeWorld, World } from './world.ts';
