import type { ServerAnswer } from '@operations-center/contract';
import { type ServerState, serverState } from '../../parts/server-state.ts';

export type Tile = { name: string; state: ServerState; sentence: string };
export type TileGroup = { cluster: string; tiles: Tile[] };

/** Servers by cluster, in the order of names; those without one stand last. */
export function groupTiles(servers: readonly ServerAnswer[]): TileGroup[] {
  const groups = Map.groupBy(servers, ({ cluster }) => cluster);
  const order = [...groups.keys()].sort((a, b) => Number(a === '') - Number(b === '') || compareNames(a, b));
  return order.map((cluster) => ({
    cluster,
    tiles: (groups.get(cluster) ?? [])
      .map((server) => ({ name: server.name, state: serverState(server), sentence: sentenceOf(server) }))
      .sort((a, b) => compareNames(a.name, b.name)),
  }));
}

const names = new Intl.Collator('en', { numeric: true });
const compareNames = (a: string, b: string): number => names.compare(a, b);

/** `server7: offline: no answer for 3 min` */
function sentenceOf({ name, server_status, server_status_detail, server_status_reason }: ServerAnswer): string {
  const parts = [name, server_status, server_status_reason ?? server_status_detail];
  return parts.filter((part) => part !== '').join(': ');
}

export const countStates = (groups: readonly TileGroup[]): [ServerState, number][] => {
  const counts = new Map<ServerState, number>();
  for (const { state } of groups.flatMap(({ tiles }) => tiles)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts];
};
