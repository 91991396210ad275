import type { FaultEntry } from './entry.ts';

export const operationFaults = {
  operation_not_found: {
    kind: 'not_found',
    about: 'There is no such operation.',
    hint: 'List them: operations-center operation list.',
  },
  operation_in_progress: {
    kind: 'conflict',
    about: 'Another operation works on the same cluster or server.',
    hint: 'Wait for it, or cancel it: operations-center operation watch {operation}.',
  },
  operation_exit_not_possible: {
    kind: 'conflict',
    about: 'What was asked is not among the ways out that the operation has now.',
    hint: 'The operation names what is possible: operations-center operation show {operation}.',
  },
  factory_reset_not_possible: {
    kind: 'conflict',
    about: 'A server would lose more than its system disk in a factory reset, or would not find its way back.',
    hint: 'Change what stands in the way, then try again: operations-center operation factory-reset {operation}.',
  },
} as const satisfies Record<string, FaultEntry>;
