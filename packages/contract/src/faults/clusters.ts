import type { FaultEntry } from '../faults.ts';

export const clusterFaults = {} as const satisfies Record<string, FaultEntry>;
