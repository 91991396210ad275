import type { FaultEntry } from '../faults.ts';

export const operationFaults = {} as const satisfies Record<string, FaultEntry>;
