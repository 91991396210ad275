import type { FaultEntry } from './entry.ts';

export const preflightFaults = {
  check_unknown: {
    kind: 'invalid',
    about: 'A check that shall be ignored does not exist.',
    hint: 'The names are in docs/generated/checks.md, and in what a check says: operations-center provisioning cluster check --all.',
  },
  check_not_ignorable: {
    kind: 'invalid',
    about: 'A check that shall be ignored guards what would harm somebody else, or could not work at all.',
    hint: 'Mend what it says instead: its remedy stands beside it.',
  },
} satisfies Record<string, FaultEntry>;
