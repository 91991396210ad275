export { ClaimTaken, ExitNotPossible, LeaseLost, OperationNotFound } from './faults.ts';
export { Crash, type KillPoint, killPointFromEnvironment, type RecordEvent } from './kill-point.ts';
export * from './operation.ts';
export type { OperationFilter } from './operations.store.ts';
export { makeRunner, type ProgressEvent, type Runner, type RunnerParts, type Submission } from './runner.ts';
export { workflowTables } from './tables.ts';
export * from './workflow.ts';
