import type { FaultEntry } from './entry.ts';

export const sessionFaults = {
  session_not_found: {
    kind: 'not_found',
    about: 'No browser is signed in under this id.',
    hint: 'It may have ended by itself: operations-center session list.',
  },
} as const satisfies Record<string, FaultEntry>;
