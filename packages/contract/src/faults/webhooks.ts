import type { FaultEntry } from './entry.ts';

export const webhookFaults = {
  webhook_not_found: {
    kind: 'not_found',
    about: 'There is no such webhook.',
    hint: 'List them: operations-center system webhook list.',
  },
  webhook_exists: {
    kind: 'conflict',
    about: 'There is a webhook of that name already.',
    hint: 'Take another name, or remove that one first.',
  },
  webhook_invalid: {
    kind: 'invalid',
    about: 'A webhook cannot be added like this.',
    hint: 'Correct the named field.',
  },
} as const satisfies Record<string, FaultEntry>;
