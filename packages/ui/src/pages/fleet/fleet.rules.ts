import { serverSentence, serverState } from '../../data/server-state.rules.ts';
import type { ServerBrief } from '../../data/servers.ts';
import type { State } from '../../parts/states.ts';
import { compareNames } from '../../parts/table/sort.rules.ts';

export type Tile = { name: string; state: State; sentence: string };
export type TileGroup = { cluster: string; tiles: Tile[] };

/** Thousands of names take a tenth of a second to sort as people do; their order holds until there is a new one. */
let ranks: ReadonlyMap<string, number> = new Map();

function rankOf(servers: readonly ServerBrief[]): (name: string) => number {
  if (!servers.every(({ name }) => ranks.has(name)))
    ranks = new Map(
      servers
        .map(({ name }) => name)
        .sort(compareNames)
        .map((name, rank) => [name, rank]),
    );
  return (name) => ranks.get(name) ?? 0;
}

/** Servers by cluster, in the order of names; those without one stand last. */
export function groupTiles(servers: readonly ServerBrief[]): TileGroup[] {
  const groups = Map.groupBy(servers, ({ cluster }) => cluster);
  const rank = rankOf(servers);
  const order = [...groups.keys()].sort((a, b) => Number(a === '') - Number(b === '') || compareNames(a, b));
  return order.map((cluster) => ({
    cluster,
    tiles: (groups.get(cluster) ?? [])
      .map((server) => ({
        name: server.name,
        state: serverState(server),
        sentence: `${server.name}: ${serverSentence(server)}`,
      }))
      .sort((a, b) => rank(a.name) - rank(b.name)),
  }));
}

export const countStates = (groups: readonly TileGroup[]): [State, number][] => {
  const counts = new Map<State, number>();
  for (const { state } of groups.flatMap(({ tiles }) => tiles)) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts];
};
