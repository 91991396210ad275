export * from './operation.ts';
export * from './workflow.ts';
