import type { FaultEntry } from '../faults.ts';

export const inventoryFaults = {} as const satisfies Record<string, FaultEntry>;
