import type { FaultEntry } from '../faults.ts';

export const serverFaults = {} as const satisfies Record<string, FaultEntry>;
