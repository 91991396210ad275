import type { Loop } from '../../platform/loops.ts';
import { type PruneAuditParts, pruneAudit } from './prune-audit.service.ts';

/** Looks often, so that a change of the policy is seen soon; prunes once a day at most. */
export const pruneAuditLoop = (parts: PruneAuditParts): Loop => ({
  name: 'prune the audit',
  everyMs: 3_600_000,
  look: (signal) => pruneAudit(parts, signal),
});
