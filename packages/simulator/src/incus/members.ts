import type { Call } from './call.ts';
import { bodyOf, checkName, onMember } from './call.ts';
import type { MemberRow } from './database.ts';
import { emptyDatabase } from './database.ts';
import { emitLifecycle } from './events.ts';
import type { Machine, Store } from './machine.ts';
import { firstRow, isOffline, machineOn, makeStore, pause, seat } from './machine.ts';
import { startTask } from './operations.ts';
import { poolSpace } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { accepted, checkMatch, done, IncusError, ok, tagged } from './reply.ts';
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

/** Forced: only the record goes, and the server, if it lives, still believes that it is a member. */
export function deleteMember(call: Call): Answer {
  const row = findMember(call, `Failed to get member "${call.param('name')}": Cluster member not found`);
  const { store } = call.machine;
  const forced = call.request.query.get('force') === '1';
  const machine = machineOn(store, row.id);
  if (call.data.members.length === 1) throw new IncusError(400, 'Cannot remove the last member of a cluster');
  if (!forced) {
    if (machine === undefined) throw new IncusError(500, unreachable(call, row));
    refuseIfUsed(call, row);
  }
  removeRow(store, row, machine, forced);
  emitLifecycle(call, 'cluster-member-removed', memberUrl(row.name));
  return done();
}

/** Incus clears the member's networks and pools by asking it; the first of them is in the message. */
function unreachable(call: Call, row: MemberRow): string {
  const why = `Unable to connect to: ${row.address} ([dial tcp ${row.address}: connect: connection refused])`;
  const network = call.data.networks.find((one) => one.on[row.id] !== undefined);
  if (network !== undefined)
    return `Delete "https://${row.address}/1.0/networks/${network.name}?project=${network.project}": ${why}`;
  const pool = call.data.pools.find((one) => one.on[row.id] !== undefined);
  return pool === undefined ? why : `Delete "https://${row.address}/1.0/storage-pools/${pool.name}": ${why}`;
}

function refuseIfUsed(call: Call, row: MemberRow): void {
  const instances = (call.data.items.instance ?? []).filter((item) => item.member === row.id).map((item) => item.name);
  if (instances.length > 0)
    throw new IncusError(500, `Node still has the following instances: ${instances.join(', ')}`);
  const volumes = call.data.volumes.filter((volume) => volume.member === row.id && volume.type === 'custom');
  if (volumes.length > 0)
    throw new IncusError(
      500,
      `Node still has the following custom volumes: ${volumes.map((one) => one.name).join(', ')}`,
    );
}

function removeRow(store: Store, row: MemberRow, machine: Machine | undefined, forced: boolean): void {
  const before = structuredClone(store.data);
  const { data } = store;
  data.members = data.members.filter((other) => other !== row);
  for (const part of [...data.pools, ...data.networks]) delete part.on[row.id];
  data.volumes = data.volumes.filter((volume) => volume.member !== row.id);
  for (const items of Object.values(data.items))
    items.splice(0, items.length, ...items.filter((item) => item.member !== row.id));
  for (const group of data.groups) group.members = group.members.filter((id) => id !== row.id);
  const own = machine?.own.fingerprint;
  data.certificates = data.certificates.filter(
    (entry) => !(entry.type === 'server' && (entry.name === row.name || entry.fingerprint === own)),
  );
  store.seats.delete(row.id);
  store.silence.delete(row.id);
  assignRaftRoles(store);
  if (machine === undefined) return;
  if (!forced) leaveCluster(machine);
  else {
    // It keeps the picture it had; nobody of that picture answers it any more.
    const picture = before.members.find((other) => other.id === row.id) ?? row;
    const alone = makeStore(machine.world, before);
    for (const other of before.members)
      alone.silence.set(other.id, { since: machine.world.clock.nowMs(), until: Number.POSITIVE_INFINITY });
    seat(machine, alone, picture);
  }
}

/** Un-clusters in place: trust store empty, everything else as on a server never touched, HTTPS still listening. */
export function leaveCluster(machine: Machine): void {
  const core = machine.row.local_config['core.https_address'] ?? `${machine.options.addresses.management}:8443`;
  const data = emptyDatabase({ 'core.https_address': core });
  const { store } = machine;
  seat(machine, makeStore(machine.world, data), firstRow(data));
  machine.operations.clear();
  assignRaftRoles(store);
}

export async function showMemberState(call: Call): Promise<Answer> {
  const row = findMember(call);
  const { machine } = await onMember(call, row);
  const uptime = Math.floor((machine.world.clock.nowMs() - machine.startedAt) / 1000);
  const pools = call.data.pools.filter((pool) => pool.status === 'Created').map((pool) => [pool.name, poolSpace()]);
  return ok({
    sysinfo: {
      uptime,
      load_averages: [0.11, 0.13, 0.09],
      total_ram: 68719476736,
      free_ram: 60129542144,
      shared_ram: 8933376,
      buffered_ram: 4116480,
      total_swap: 0,
      free_swap: 0,
      processes: 240,
    },
    storage_pools: Object.fromEntries(pools),
  });
}

const EVACUATION_MODES = ['auto', 'migrate', 'live-migrate', 'refresh-migrate', 'stop', 'stateful-stop', 'force-stop'];

export async function changeMemberState(call: Call): Promise<Answer> {
  const row = findMember(call);
  const here = await onMember(call, row);
  const body = bodyOf(call, 'ClusterMemberStatePost');
  const [action, mode] = [body.text('action'), body.text('mode')];
  if (action === 'evacuate') {
    if (mode !== '' && !EVACUATION_MODES.includes(mode)) {
      throw new IncusError(400, `Invalid value "${mode}" (not one of [${EVACUATION_MODES.join(' ')}])`);
    }
    if (call.data.members.length === 1 && !['', 'auto', 'stop'].includes(mode)) {
      throw new IncusError(400, `Can't perform "${mode}" evacuation on a single node cluster`);
    }
    return accepted(
      maintain(here, row, 'Evacuating cluster member', 'evacuating', 'evacuated', 'cluster-member-evacuated'),
    );
  }
  if (action !== 'restore') throw new IncusError(400, `Unknown action "${action}"`);
  if (mode !== '' && mode !== 'skip') throw new IncusError(400, `Invalid restore mode "${mode}"`);
  return accepted(maintain(here, row, 'Restoring cluster member', 'restoring', 'created', 'cluster-member-restored'));
}

const STATE_MS = 2_000;

function maintain(
  call: Call,
  row: MemberRow,
  description: string,
  during: MemberRow['state'],
  after: MemberRow['state'],
  action: string,
) {
  return startTask(call.machine, { description }, async () => {
    row.state = during;
    if (!(await pause(call.machine, STATE_MS))) return;
    moveInstances(call, row, during === 'evacuating');
    row.state = after;
    emitLifecycle(call, action, memberUrl(row.name));
  });
}

/** Evacuation stops what runs here, restoring starts it again. Simulated instances do not migrate. */
function moveInstances(call: Call, row: MemberRow, stopping: boolean): void {
  for (const item of call.data.items.instance ?? []) {
    if (item.member !== row.id) continue;
    const running = item.fields.status === 'Running';
    if (running !== stopping && item.fields.evacuated !== true) continue;
    item.fields = {
      ...item.fields,
      status: stopping ? 'Stopped' : 'Running',
      status_code: stopping ? 102 : 103,
      evacuated: stopping,
    };
  }
}

function findMember(call: Call, missing = 'Cluster member not found'): MemberRow {
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
