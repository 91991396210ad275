import type { MemberRow } from './database.ts';
import type { Store } from './machine.ts';
import { isOffline, machineOn } from './machine.ts';

/**
 * Hands out the database's roles as Incus does: up to 3 voters and 2 standbys among the members that are not Offline;
 * fewer than three of them have one voter only. Who lost a vote is a spare (seen: two members left of three).
 */
export function assignRaftRoles(store: Store): void {
  const { members, config, cluster } = store.data;
  if (cluster === null || !hasQuorum(store)) return;
  const present = members.filter((row) => !isOffline(store, row));
  const most = Number(config['cluster.max_voters'] ?? '3');
  const standbys = Number(config['cluster.max_standby'] ?? '2');
  const voters = present.length < 3 ? 1 : Math.min(most, present.length);
  const rank = (row: MemberRow): number =>
    ['voter', 'standby', 'spare'].indexOf(row.raft) + (machineOn(store, row.id) === undefined ? 3 : 0);
  const order = [...present].sort((a, b) => rank(a) - rank(b));
  for (const row of members) if (!present.includes(row)) row.raft = 'spare';
  order.forEach((row, place) => {
    if (place < voters) row.raft = 'voter';
    else {
      const stays = row.raft === 'standby' || (row.raft === 'spare' && present.length > 2);
      row.raft = stays && place < voters + standbys ? 'standby' : 'spare';
    }
  });
}

/** The leader is the first voter that answers. */
export const leaderOf = (store: Store): MemberRow | undefined =>
  store.data.members.find((row) => row.raft === 'voter' && machineOn(store, row.id) !== undefined);

/** Without a majority of its voters the database answers nothing. */
export function hasQuorum(store: Store): boolean {
  if (store.data.cluster === null) return true;
  const voters = store.data.members.filter((row) => row.raft === 'voter');
  return voters.filter((row) => machineOn(store, row.id) !== undefined).length > voters.length / 2;
}

export function rolesOf(store: Store, row: MemberRow): string[] {
  const raft = row.raft === 'voter' ? ['database'] : row.raft === 'standby' ? ['database-standby'] : [];
  return [...row.extra_roles, ...(leaderOf(store) === row ? ['database-leader'] : []), ...raft];
}
