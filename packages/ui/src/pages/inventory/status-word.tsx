import { StateBadge } from '../../parts/state-badge.tsx';
import type { State } from '../../parts/states.ts';

const known: Record<string, State> = {
  Running: 'ready',
  Ready: 'ready',
  Created: 'ready',
  Starting: 'working',
  Stopping: 'working',
  Freezing: 'working',
  Pending: 'waiting',
  Error: 'failed',
  Errored: 'failed',
  Unavailable: 'failed',
};

/** Incus' own word. What is stopped or frozen is as somebody wanted it: it has no colour. */
export function StatusWord({ status }: { status: string }) {
  const state = known[status];
  return state === undefined ? <bdi>{status}</bdi> : <StateBadge state={state} word={status} />;
}
