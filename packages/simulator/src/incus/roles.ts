import type { MemberRow } from './database.ts';
import type { Store } from './machine.ts';
import { machineOn } from './machine.ts';

/**
 * Hands out the database's roles as Incus does: up to 3 voters and 2 standbys, but with two members only one votes.
 * A voter stays one; a silent voter is replaced when there is somebody to replace it.
 */
export function assignRaftRoles(store: Store): void {
  const { members, config } = store.data;
  if (store.data.cluster === null) return;
  const most = Number(config['cluster.max_voters'] ?? '3');
  const standbys = Number(config['cluster.max_standby'] ?? '2');
  const alive = members.filter((row) => machineOn(store, row.id) !== undefined);
  if (alive.length <= members.length / 2) return; // without a majority nobody can change roles
  const voters = alive.length < 3 ? 1 : Math.min(most, alive.length);
  const keep = (raft: MemberRow['raft']): MemberRow[] => alive.filter((row) => row.raft === raft);
  const order = [...keep('voter'), ...keep('standby'), ...keep('spare')];
  for (const row of members) row.raft = 'spare';
  order.forEach((row, place) => {
    row.raft = place < voters ? 'voter' : place < voters + standbys ? 'standby' : 'spare';
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
