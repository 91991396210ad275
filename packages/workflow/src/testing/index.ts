export {
  finishes,
  finishesWhenEveryStepRunsTwice,
  type MakeWorld,
  survivesCrashBeforeAndAfterEveryRecord,
  unwindsFromEveryStep,
  type World,
} from './harness.ts';
