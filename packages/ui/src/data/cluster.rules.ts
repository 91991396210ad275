import type { Cluster, InventoryFreshness } from '@operations-center/contract';
import type { State } from '../parts/states.ts';
import { serverState } from './server-state.rules.ts';
import type { ServerBrief } from './servers.ts';

/** A cluster is as well as the member that fares worst. */
const worstFirst: readonly State[] = ['failed', 'attention', 'unreachable', 'waiting', 'working', 'ready'];

export function clusterState({ status }: Pick<Cluster, 'status'>, members: readonly ServerBrief[]): State {
  if (status === 'pending') return 'working';
  const found = new Set(members.map(serverState));
  if (status === 'unknown') found.add('attention');
  return worstFirst.find((state) => found.has(state)) ?? 'ready';
}

/** `ready`, or what is the matter: `1 of 3 unreachable`. */
export function clusterSentence(cluster: Pick<Cluster, 'status'>, members: readonly ServerBrief[]): string {
  if (cluster.status === 'pending') return 'being made';
  const away = members.filter((server) => serverState(server) === 'unreachable').length;
  return away === 0 ? cluster.status : `${away} of ${members.length} unreachable`;
}

/** Empty while changes are seen as they happen. */
export function freshnessSentence({ live, reason, pending }: InventoryFreshness): string {
  if (live) return pending === 0 ? '' : `${pending} changes are being read`;
  return reason === '' ? 'not followed' : reason;
}

const patienceMs = 30_000;

/** Its inventory is older than a look elsewhere takes: one that was made just now is not followed yet, and not stale. */
export const isStale = ({ live, stale_since }: InventoryFreshness, nowMs: number): boolean =>
  !live && stale_since !== null && nowMs - Date.parse(stale_since) > patienceMs;
