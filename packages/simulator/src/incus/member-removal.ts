import type { Call } from './call.ts';
import type { MemberRow } from './database.ts';
import { emptyDatabase } from './database.ts';
import { emitLifecycle } from './events.ts';
import type { Machine, Store } from './machine.ts';
import { firstRow, machineOn, makeStore, seat } from './machine.ts';
import { findMember, memberUrl } from './members.ts';
import type { Answer } from './reply.ts';
import { done, IncusError } from './reply.ts';
import { assignRaftRoles } from './roles.ts';

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
  const instances = call.data.instances.filter((item) => item.member === row.id).map((item) => item.name);
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
  data.instances = data.instances.filter((instance) => instance.member !== row.id);
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
