export {
  backFrom,
  type CrashPlan,
  findPoints,
  forward,
  forwardAgain,
  fromTheEnd,
  makeCrash,
  makeTrials,
  type Tally,
  type Trial,
  tryAll,
  type Way,
} from './crashes.ts';
export {
  finishes,
  finishesWhenEveryStepRunsTwice,
  survivesCrashBeforeAndAfterEveryRecord,
  unwindsFromEveryStep,
  unwindTrials,
} from './harness.ts';
export { type MakeWorld, makeHarnessRunner, submit, type World } from './world.ts';
export { sameStep } from './wraps.ts';
