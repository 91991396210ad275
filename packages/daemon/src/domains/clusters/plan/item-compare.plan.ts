import { type Change, compareConfig, compareItem } from '@operations-center/documents';
import type { ConfigMap } from '@operations-center/fleet-protocol';
import { configOf, type ItemBody, type OpenItem } from './open-item.ts';

/** The server configuration: keys of the whole cluster, and keys that each member has for itself. */
export type ServerConfigBody = { config: ConfigMap; members: Record<string, ConfigMap> };

export type ItemComparison =
  | { state: 'equal' }
  | { state: 'update'; body: ItemBody; changes: readonly Change[] }
  | { state: 'conflict'; reason: string };

/** What stands between an item and what is live; one that is there whole. */
export function compareLive(item: OpenItem, live: ItemBody): ItemComparison {
  if (item.planned.kind === 'server-config') return compareServerConfig(item, live);
  const { kind, key, name, project, pool, after } = item.planned;
  const facts = { kind, key, about: key, name, project, pool, after, on_members: [] };
  // The planner made wanted and per_member from an item of just this shape, sealed in between.
  const asItem = { ...facts, body: item.wanted, member_config: item.perMember ?? {} } as unknown as Compared;
  const comparison = compareItem(asItem, live);
  // Absent and partial were dealt with by whoever read it.
  return comparison.state === 'absent' || comparison.state === 'partial' ? { state: 'equal' } : comparison;
}

type Compared = Parameters<typeof compareItem>[0];

/** Equal, or what to write: the wanted keys, of the cluster and of each member. */
function compareServerConfig(item: OpenItem, live: ItemBody): ItemComparison {
  // Made by whoever read the server configuration.
  const { config, members } = live as ServerConfigBody;
  const wanted: ServerConfigBody = { config: configOf(item.wanted), members: { ...item.perMember } };
  const changes = [
    ...compareConfig(wanted.config, config).changes,
    ...Object.entries(wanted.members).flatMap(([name, keys]) => compareConfig(keys, members[name] ?? {}).changes),
  ];
  return changes.length === 0 ? { state: 'equal' } : { state: 'update', body: wanted, changes };
}
