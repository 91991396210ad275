import type { FaultEntry } from './entry.ts';

export const auditFaults = {
  audit_head_pruned: {
    kind: 'invalid',
    about: 'The head that the audit is to be held against belongs to an entry that was removed by policy.',
    hint: 'Give a newer head, from the log of the daemon: the entries that are kept are proven from there.',
  },
  audit_verify_runs: {
    kind: 'conflict',
    about: 'The audit is being verified already; one daemon does it once at a time.',
    hint: 'Ask again when that one is through.',
  },
} as const satisfies Record<string, FaultEntry>;
