export { ClaimTaken, ExitNotPossible, LeaseLost, OperationNotFound } from './faults.ts';
export { Crash, type KillPoint, killPointFromEnvironment, type RecordEvent } from './kill-point.ts';
export { operationListTables } from './list-tables.ts';
export * from './operation.ts';
export type { OperationFilter, Page, Place } from './operation-pages.ts';
export { makeRunner } from './runner.ts';
export type { ProgressEvent, Runner, RunnerParts, Submission } from './runner-parts.ts';
export { workflowTables } from './tables.ts';
export * from './workflow.ts';
