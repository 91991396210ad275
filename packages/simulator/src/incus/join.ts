import type { Call, Fields } from './call.ts';
import { makeCall } from './call.ts';
import { createCertificate } from './certificates.ts';
import { canonicalAddress, covers, hostOf, isWildcard, portOf } from './config-keys.ts';
import type { NetworkRow, PoolRow } from './database.ts';
import { newMember } from './database.ts';
import { emitLifecycle } from './events.ts';
import { faultOf } from './faults.ts';
import type { Machine } from './machine.ts';
import { isClustered, pause, seat, shownCertificate } from './machine.ts';
import { fillNetwork } from './network-drivers.ts';
import { startTask } from './operations.ts';
import { fillPool } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError } from './reply.ts';
import { assignRaftRoles } from './roles.ts';

const JOIN_MS = 400;
const UNREACHABLE_MS = 3_100;

type Wish = {
  name: string;
  address: string;
  target: string;
  certificate: string;
  token: string;
  memberConfig: { entity: string; name: string; key: string; value: string }[];
};

/** The joiner's side of a join. What it leaves behind when it fails is what real Incus leaves behind: addresses and trust. */
export function joinCluster(call: Call, body: Fields): Answer {
  const { machine } = call;
  if (body.text('cluster_certificate') === '')
    throw new IncusError(400, 'No target cluster member certificate provided');
  if (isClustered(machine)) throw new IncusError(400, 'This server is already clustered');
  const wish: Wish = {
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

async function join(call: Call, wish: Wish): Promise<void> {
  const { machine } = call;
  const target = await setUpTrust(call, wish);
  if (target === undefined || faultOf(machine, 'join-hangs') !== undefined) {
    await new Promise<never>(() => undefined); // stopped or hanging: this operation never ends by itself
    return;
  }
  const fault = faultOf(machine, 'join-fails');
  if (fault !== undefined) throw new Error(fault.arg ?? 'Failed request to add member: context deadline exceeded');
  const { data } = target.store;
  if (data.members.some((row) => row.name === wish.name))
    throw new Error(`The cluster already has a member with name: ${wish.name}`);
  if (!(await pause(machine, JOIN_MS))) return;
  if (faultOf(machine, 'join-answers-but-dies') !== undefined) return;
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

/** Steps 1 and 2: the joiner puts its certificate into the cluster's trust store. Neither is ever undone. */
async function setUpTrust(call: Call, wish: Wish): Promise<Machine | undefined> {
  const { machine } = call;
  const withToken = wish.token !== '';
  const target = reach(machine, wish.target);
  const url = `https://${wish.target}/1.0/certificates`;
  if (target === undefined) {
    if (!(await pause(machine, UNREACHABLE_MS))) return undefined;
    const why = `Unable to connect to: ${wish.target} ([dial tcp ${wish.target}: connect: no route to host])`;
    throw new Error(
      withToken
        ? `Failed to setup cluster trust: Failed to add server cert to cluster: Post "${url}": ${why}`
        : `Failed to update cluster trust: Failed to connect to target cluster node "${wish.target}": ${why}`,
    );
  }
  if (!(await pause(machine, 20))) return undefined;
  checkPin(
    target,
    wish,
    withToken ? `Failed to setup cluster trust: Failed to add server cert to cluster: Post "${url}": ` : '',
  );
  if (withToken) presentToken(machine, target, wish);
  checkTrustEntry(machine, target, wish);
  return target;
}

function checkPin(target: Machine, wish: Wish, prefix: string): void {
  const shown = shownCertificate(target);
  const compact = (pem: string): string => pem.replaceAll(/\s/g, '');
  if (compact(shown.certificate) === compact(wish.certificate)) return;
  if (!wish.certificate.includes('-----BEGIN CERTIFICATE')) {
    throw new Error(
      `Failed to update cluster trust: Failed to connect to target cluster node "${wish.target}": Invalid remote certificate`,
    );
  }
  throw new Error(
    `${prefix || 'Failed to update cluster trust: '}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  );
}

function presentToken(machine: Machine, target: Machine, wish: Wish): void {
  const trusted = target.store.data.certificates.some((row) => row.fingerprint === machine.own.fingerprint);
  const body = { type: 'server', name: wish.name, certificate: machine.own.certificate, trust_token: wish.token };
  const request = {
    method: 'POST',
    path: '/1.0/certificates',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    clientFingerprint: machine.own.fingerprint,
    clientCertificatePem: machine.own.certificate,
    signal: new AbortController().signal,
  };
  try {
    createCertificate(makeCall(target, request, {}, trusted));
  } catch (error) {
    if (error instanceof IncusError && error.status === 409) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Failed to setup cluster trust: Failed to add server cert to cluster: ${why}`, { cause: error });
  }
}

function checkTrustEntry(machine: Machine, target: Machine, wish: Wish): void {
  const entry = target.store.data.certificates.find((row) => row.fingerprint === machine.own.fingerprint);
  if (entry === undefined)
    throw new Error('Failed to update cluster trust: Failed getting existing certificate: not authorized');
  if (entry.type === 'server' && entry.name !== wish.name) {
    const why = `Existing server certificate with different name "${entry.name}" already in trust store`;
    throw new Error(`Failed to update cluster trust: ${why}`);
  }
  entry.type = 'server';
  entry.name = wish.name;
}

type Part = { made: PoolRow | NetworkRow; config: Record<string, string> };

/** Step 5: the cluster's pools and networks come to be on the joiner. Nothing of it is in the cluster before all went well. */
function initialise(machine: Machine, target: Machine, wish: Wish): Part[] {
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

/** The machine that listens on host:port, if it runs. */
function reach(machine: Machine, address: string): Machine | undefined {
  const [host, port] = [hostOf(address), portOf(address)];
  return machine.world.machines.find(
    (other) =>
      other.running &&
      other !== machine &&
      addressesOf(other).some((one) => hostOf(one) === host && portOf(one) === port),
  );
}

function addressesOf(machine: Machine): string[] {
  const local = machine.row.local_config;
  const named = [local['cluster.https_address'], local['core.https_address']].filter(
    (one) => one !== undefined && one !== '',
  );
  const { management, cluster } = machine.options.addresses;
  return named.flatMap((one = '') =>
    isWildcard(one) ? [management, cluster].map((host) => `${host}:${portOf(one)}`) : [one],
  );
}

function readMemberConfig(value: unknown): Wish['memberConfig'] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown) => {
    const part = new Map(Object.entries(typeof entry === 'object' && entry !== null ? entry : {}));
    const text = (key: string): string => String(part.get(key) ?? '');
    return { entity: text('entity'), name: text('name'), key: text('key'), value: text('value') };
  });
}
