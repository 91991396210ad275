import type { FaultEntry } from './entry.ts';

export const schemaFaults = {
  schema_not_found: {
    kind: 'not_found',
    about: 'There is no schema of this name.',
    hint: 'List them: operations-center query /1.0/schemas.',
  },
} as const satisfies Record<string, FaultEntry>;
