import type { InventoryFreshness, Operation, Warning } from '@operations-center/contract';
import { isStale } from '../../data/cluster.rules.ts';
import { serverState } from '../../data/server-state.rules.ts';
import type { ServerBrief } from '../../data/servers.ts';

/** Something that waits for a person: what it is, and where to go on. */
export type Need =
  | { kind: 'operation'; key: string; id: string; sentence: string }
  | { kind: 'servers'; key: string; filter: string; sentence: string }
  | { kind: 'cluster'; key: string; name: string; sentence: string }
  | { kind: 'warning'; key: string; sentence: string };

/** What needs a person now, the most urgent first. */
export function listNeeds(known: {
  operations: readonly Operation[];
  servers: readonly ServerBrief[];
  freshness: readonly InventoryFreshness[];
  warnings: readonly Warning[];
  nowMs: number;
}): Need[] {
  return [
    ...known.operations.flatMap(needOfOperation),
    ...needsOfServers(known.servers),
    ...known.freshness.filter((view) => isStale(view, known.nowMs)).map(needOfCluster),
    ...known.warnings.flatMap(needOfWarning),
  ];
}

function needOfOperation({ id, description, err, metadata: { status } }: Operation): Need[] {
  if (status !== 'needs_attention' && status !== 'paused') return [];
  const why = status === 'paused' ? 'is paused until somebody has looked' : err === '' ? 'waits for a decision' : err;
  return [{ kind: 'operation', key: id, id, sentence: `${description}: ${why}` }];
}

function needsOfServers(servers: readonly ServerBrief[]): Need[] {
  const away = servers.filter((server) => serverState(server) === 'unreachable');
  const [first] = away;
  if (first === undefined) return [];
  const names = away.length === 1 ? `${first.name} is` : `${away.length.toLocaleString('en')} servers are`;
  return [{ kind: 'servers', key: 'offline', filter: 'status == "offline"', sentence: `${names} unreachable` }];
}

const needOfCluster = ({ cluster, reason }: InventoryFreshness): Need => ({
  ...{ kind: 'cluster', key: cluster, name: cluster },
  sentence: `Inventory of ${cluster} is old: ${reason}`,
});

/** What operations and servers say of themselves is not said twice. */
const saidElsewhere = new Set(['operation', 'server_unreachable']);

function needOfWarning({ uuid, status, type, scope, messages }: Warning): Need[] {
  if (status === 'acknowledged' || saidElsewhere.has(scope.scope) || saidElsewhere.has(type)) return [];
  const about = scope.entity === '' ? '' : `${scope.entity}: `;
  return [{ kind: 'warning', key: uuid, sentence: `${about}${messages.at(-1) ?? type}` }];
}
