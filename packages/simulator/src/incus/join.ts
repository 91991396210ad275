import type { Call, Fields } from './call.ts';
import { canonicalAddress, covers, isWildcard } from './config-keys.ts';
import type { NetworkRow, PoolRow } from './database.ts';
import { newMember } from './database.ts';
import { emitLifecycle } from './events.ts';
import { faultOf } from './faults.ts';
import type { JoinWish } from './join-trust.ts';
import { setUpTrust } from './join-trust.ts';
import type { Machine } from './machine.ts';
import { isClustered, pause, seat } from './machine.ts';
import { fillNetwork } from './network-drivers.ts';
import { startTask } from './operations.ts';
import { fillPool } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError } from './reply.ts';
import { assignRaftRoles } from './roles.ts';

const JOIN_MS = 400;

/** The joiner's side of a join. What it leaves behind when it fails is what real Incus leaves behind: addresses and trust. */
export function joinCluster(call: Call, body: Fields): Answer {
  const { machine } = call;
  if (body.text('cluster_certificate') === '')
    throw new IncusError(400, 'No target cluster member certificate provided');
  if (isClustered(machine)) throw new IncusError(400, 'This server is already clustered');
  const wish: JoinWish = {
    name: body.text('server_name'),
    address: takeAddress(machine, body.text('server_address')),
    target: canonicalAddress(body.text('cluster_address')),
    certificate: body.text('cluster_certificate'),
    token: body.text('cluster_token'),
    memberConfig: readMemberConfig(body.raw('member_config')),
  };
  const operation = startTask(machine, { description: 'Joining cluster', resources: { cluster: null } }, async () => {
    await join(call, wish);
  });
  const dies = faultOf(machine, 'join-answers-but-dies');
  if (dies !== undefined) machine.world.afterMs(5, () => machine.world.stopMachine(machine));
  return accepted(operation);
}

/** Stores the addresses before anything else happens: they stay even if the join fails. */
function takeAddress(machine: Machine, given: string): string {
  if (given === '') throw new IncusError(400, 'No server address provided for this member');
  if (isWildcard(given))
    throw new IncusError(400, `Invalid server address "${given}": Wildcard addresses aren't allowed`);
  const address = canonicalAddress(given);
  const local = machine.row.local_config;
  const listening = local['cluster.https_address'] ?? '';
  if (listening !== '' && !covers(listening, address)) {
    throw new IncusError(
      400,
      `Server address "${address}" is not covered by "${listening}" from "cluster.https_address"`,
    );
  }
  const core = local['core.https_address'] ?? '';
  machine.row.local_config = {
    ...local,
    'cluster.https_address': address,
    'core.https_address': core === '' ? address : core,
  };
  return address;
}

async function join(call: Call, wish: JoinWish): Promise<void> {
  const { machine } = call;
  const target = await setUpTrust(machine, wish);
  const stuck = faultOf(machine, 'join-hangs') ?? faultOf(machine, 'join-answers-but-dies');
  if (target === undefined || stuck !== undefined) {
    await new Promise<never>(() => undefined); // stopped or hanging: this operation never ends by itself
    return;
  }
  const fault = faultOf(machine, 'join-fails');
  if (fault !== undefined) throw new Error(fault.arg ?? 'Failed request to add member: context deadline exceeded');
  const { data } = target.store;
  if (data.members.some((row) => row.name === wish.name))
    throw new Error(`The cluster already has a member with name: ${wish.name}`);
  if (!(await pause(machine, JOIN_MS))) return;
  const parts = initialise(machine, target, wish);
  if (!target.running)
    throw new Error(
      `Failed request to add member: Unable to connect to: ${wish.target} ([dial tcp ${wish.target}: connect: connection refused])`,
    );
  if (data.members.some((row) => row.name === wish.name))
    throw new Error(`The cluster already has a member with name: ${wish.name}`);
  if (data.members.some((row) => row.address === wish.address)) {
    throw new Error(`Failed request to add member: The cluster already has a member with address: ${wish.address}`);
  }
  const row = newMember(data.next_id++, wish.name, wish.address, machine.row.local_config);
  row.raft = 'standby';
  data.members.push(row);
  for (const { made, config } of parts) made.on[row.id] = { config, status: 'Created' };
  data.groups.find((group) => group.name === 'default')?.members.push(row.id);
  // From here on the joiner's own trust store, projects and profiles are gone: it reads the cluster's.
  seat(machine, target.store, row);
  machine.store.silence.delete(row.id);
  assignRaftRoles(target.store);
  emitLifecycle({ ...call, data }, 'cluster-member-added', `/1.0/cluster/members/${wish.name}`);
}

type Part = { made: PoolRow | NetworkRow; config: Record<string, string> };

/** Step 5: the cluster's pools and networks come to be on the joiner. Nothing of it is in the cluster before all went well. */
function initialise(machine: Machine, target: Machine, wish: JoinWish): Part[] {
  const { data } = target.store;
  const prefix = 'Failed to initialize member: Failed to initialize storage pools and networks: ';
  const own = (entity: string, name: string): Record<string, string> =>
    Object.fromEntries(
      wish.memberConfig
        .filter((part) => part.entity === entity && part.name === name)
        .map((part) => [part.key, part.value]),
    );
  const pools = data.pools
    .filter((pool) => pool.status !== 'Pending')
    .map((pool): Part => {
      const config = own('storage-pool', pool.name);
      const present = machine.store.data.pools.find((row) => row.name === pool.name);
      if (present !== undefined) return { made: pool, config: mergePool(machine, present, pool, config, prefix) };
      try {
        return { made: pool, config: fillPool(machine, pool, config) };
      } catch (error) {
        throw new Error(
          `${prefix}Failed to create storage pool "${pool.name}": ${error instanceof Error ? error.message : ''}`,
          { cause: error },
        );
      }
    });
  const networks = data.networks
    .filter((network) => network.status === 'Created' && network.type !== 'ovn')
    .map((network): Part => ({ made: network, config: fillNetwork(network, own('network', network.name)) }));
  return [...pools, ...networks];
}

/** Seen: a pool of the same name on the joiner is kept if nothing of its own is overridden; any override of its source fails. */
function mergePool(
  machine: Machine,
  present: PoolRow,
  pool: PoolRow,
  config: Record<string, string>,
  prefix: string,
): Record<string, string> {
  const local = present.on[machine.row.id]?.config ?? {};
  if (present.driver !== pool.driver) {
    throw new Error(`${prefix}Storage pool "${pool.name}" is of type "${present.driver}" instead of "${pool.driver}"`);
  }
  const changed = Object.keys(config).find((key) => (config[key] ?? '') !== (local[key] ?? ''));
  if (changed !== undefined) {
    throw new Error(
      `${prefix}Failed to update storage pool "${pool.name}": Config key "${changed}" is cluster member specific`,
    );
  }
  return { ...local };
}

function readMemberConfig(value: unknown): JoinWish['memberConfig'] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown) => {
    const part = new Map(Object.entries(typeof entry === 'object' && entry !== null ? entry : {}));
    const text = (key: string): string => String(part.get(key) ?? '');
    return { entity: text('entity'), name: text('name'), key: text('key'), value: text('value') };
  });
}
