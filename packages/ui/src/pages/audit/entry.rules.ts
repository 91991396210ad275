import type { AuditCheck, AuditEntry } from '@operations-center/contract';

/** `unix`, or the beginning of a fingerprint. */
export const whoOf = ({ protocol, user }: AuditEntry): string => (user === '' ? protocol : user.slice(0, 12));

export function outcomeOf({ outcome, by }: AuditEntry): string {
  if (outcome === null) return by === 'event' ? '' : 'still running';
  if (outcome.status === 0) return 'the daemon ended';
  return outcome.status < 400 ? 'done' : `refused: ${outcome.code}`;
}

export function verdictOf({ intact, entries, problems, pruned }: AuditCheck): string {
  const kept = pruned === null ? '' : ` Those up to number ${pruned.up_to} were removed by policy.`;
  if (intact) return `✓ All ${entries.toLocaleString('en')} entries say what they said.${kept}`;
  const told = problems.map(({ kind, from, to }) => `${kind} ${from === to ? from : `${from} to ${to}`}`);
  return `✕ It is not whole: ${told.join('; ')}.${kept}`;
}
