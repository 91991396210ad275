import type { Call } from './call.ts';
import { bodyOf, checkName, onMember } from './call.ts';
import type { MemberRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import type { Machine, Store } from './machine.ts';
import { isOffline } from './machine.ts';
import type { Answer } from './reply.ts';
import { checkMatch, done, IncusError, ok, tagged } from './reply.ts';
import { assignRaftRoles, rolesOf } from './roles.ts';

export const memberUrl = (name: string): string => `/1.0/cluster/members/${encodeURIComponent(name)}`;
const EXTRA_ROLES = ['event-hub', 'ovn-chassis', 'database-client'];

export function listMembers(call: Call): Answer {
  mustBeClustered(call);
  assignRaftRoles(call.machine.store);
  const rows = call.data.members;
  return ok(
    call.recursion > 0 ? rows.map((row) => shownMember(call.machine, row)) : rows.map((row) => memberUrl(row.name)),
  );
}

export function showMember(call: Call): Answer {
  const row = findMember(call);
  assignRaftRoles(call.machine.store);
  return tagged(shownMember(call.machine, row), writable(call.machine.store, row));
}

export function shownMember(machine: Machine, row: MemberRow): Record<string, unknown> {
  const { store } = machine;
  const groups = store.data.groups.filter((group) => group.members.includes(row.id)).map((group) => group.name);
  return {
    roles: rolesOf(store, row),
    failure_domain: row.failure_domain,
    description: row.description,
    config: row.config,
    groups,
    server_name: row.name,
    url: `https://${row.address}`,
    database: row.raft !== 'spare',
    ...statusOf(machine, row),
    architecture: 'x86_64',
  };
}

function statusOf(machine: Machine, row: MemberRow): { status: string; message: string } {
  if (row.state === 'created' && isOffline(machine.store, row)) {
    const since = machine.store.silence.get(row.id)?.since ?? 0;
    const silent = Math.round((machine.world.clock.nowMs() - since) / 1000);
    const when = new Date(since).toISOString().slice(0, 19).replace('T', ' ');
    return { status: 'Offline', message: `No heartbeat for ${silent}s (${when} +0000)` };
  }
  if (row.state === 'created') return { status: 'Online', message: 'Fully operational' };
  const status = { evacuating: 'Evacuating', evacuated: 'Evacuated', restoring: 'Restoring' }[row.state];
  return { status, message: 'Unavailable due to maintenance' };
}

export const replaceMember = (call: Call): Answer => changeMember(call, false);
export const mergeMember = (call: Call): Answer => changeMember(call, true);

function changeMember(call: Call, merge: boolean): Answer {
  const row = findMember(call);
  const { store } = call.machine;
  checkMatch(call.request.headers['if-match'], writable(store, row));
  const body = bodyOf(call, 'ClusterMemberPut');
  // Seen: a PATCH without roles and groups is refused just as a PUT is; only description, failure domain and config are kept.
  const roles = body.list('roles');
  const automatic = rolesOf(store, row).filter((role) => !EXTRA_ROLES.includes(role));
  for (const role of automatic) {
    if (!roles.includes(role) && role !== 'database-leader')
      throw new IncusError(400, `The "${role}" role cannot be dropped at this time`);
  }
  const added = roles.find((role) => !EXTRA_ROLES.includes(role) && !automatic.includes(role));
  if (added !== undefined) throw new IncusError(400, `The "${added}" role cannot be added at this time`);
  const groups = body.list('groups');
  if (groups.length === 0) throw new IncusError(400, 'Cluster members need to belong to at least one group');
  const unknown = groups.find((name) => !call.data.groups.some((group) => group.name === name));
  if (unknown !== undefined) throw new IncusError(500, `Failed to find cluster group "${unknown}"`);
  const config = body.config('config');
  const bad = Object.keys(config).find((key) => key !== 'scheduler.instance' && !key.startsWith('user.'));
  if (bad !== undefined) throw new IncusError(400, `Invalid cluster configuration key "${bad}"`);
  const extra = roles.filter((role) => EXTRA_ROLES.includes(role));
  if (
    extra.includes('database-client') &&
    call.data.members.every((other) => other === row || other.extra_roles.includes('database-client'))
  ) {
    throw new IncusError(400, "Assigning the 'database-client' role to all nodes is not allowed");
  }
  row.extra_roles = extra;
  row.config = merge ? { ...row.config, ...config } : config;
  if (!merge || body.has('failure_domain')) row.failure_domain = body.text('failure_domain') || 'default';
  if (!merge || body.has('description')) row.description = body.text('description');
  for (const group of call.data.groups) {
    group.members = group.members.filter((id) => id !== row.id);
    if (groups.includes(group.name)) group.members.push(row.id);
  }
  emitLifecycle(call, 'cluster-member-updated', memberUrl(row.name));
  return done();
}

export async function renameMember(call: Call): Promise<Answer> {
  const row = findMember(call);
  const name = bodyOf(call, 'ClusterMemberPost').text('server_name');
  checkName(name, 'Invalid cluster member name');
  if (call.data.members.some((other) => other.name === name)) throw new IncusError(409, 'Conflict');
  const old_name = row.name;
  row.name = name;
  emitLifecycle(await onMember(call, row), 'cluster-member-renamed', memberUrl(name), { context: { old_name } });
  return done();
}

export function findMember(call: Call, missing = 'Cluster member not found'): MemberRow {
  mustBeClustered(call);
  const row = call.data.members.find((member) => member.name === call.param('name'));
  if (row === undefined) throw new IncusError(404, missing);
  return row;
}

function mustBeClustered(call: Call): void {
  if (call.data.cluster === null) throw new IncusError(500, 'Server is not clustered');
}

const writable = (store: Store, row: MemberRow): unknown => ({
  roles: rolesOf(store, row),
  failure_domain: row.failure_domain,
  description: row.description,
  config: row.config,
  groups: store.data.groups.filter((group) => group.members.includes(row.id)).map((group) => group.name),
});
