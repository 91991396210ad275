import { isMemberNetworkKey, isMemberPoolKey } from '@operations-center/fleet-protocol';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import type { Call } from './call.ts';
import { bodyOf, checkName } from './call.ts';
import { addCertificate } from './certificates.ts';
import { canonicalAddress, isWildcard } from './config-keys.ts';
import { emitLifecycle, emitOperation } from './events.ts';
import { faultOf } from './faults.ts';
import { joinCluster } from './join.ts';
import type { Machine } from './machine.ts';
import { isClustered, pause, serverName } from './machine.ts';
import type { ServerCertificate } from './member.ts';
import { leaveCluster } from './member-removal.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, checkMatch, done, IncusError, tagged } from './reply.ts';
import { assignRaftRoles } from './roles.ts';

const BOOTSTRAP_MS = 150;

export function showCluster(call: Call): Answer {
  const cluster = clusterDocument(call.machine);
  return tagged(cluster, cluster);
}

function clusterDocument(machine: Machine): unknown {
  const { pools, networks } = machine.store.data;
  const key = (entity: string, what: string, name: string, member: string): unknown => ({
    entity,
    name,
    key: member,
    value: '',
    description: `"${member}" property for ${what} "${name}"`,
  });
  const keysOf = (on: Record<string, { config: Record<string, string> }>, local: (name: string) => boolean): string[] =>
    [...new Set(Object.values(on).flatMap((part) => Object.keys(part.config)))]
      .filter((name) => local(name) && !name.startsWith('volatile.'))
      .sort();
  const made = (row: { status: string }): boolean => row.status === 'Created';
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  return {
    server_name: isClustered(machine) ? machine.row.name : '',
    enabled: isClustered(machine),
    member_config: [
      ...networks
        .filter(made)
        .sort(byName)
        .flatMap((row) => keysOf(row.on, isMemberNetworkKey).map((name) => key('network', 'network', row.name, name))),
      ...pools
        .filter(made)
        .sort(byName)
        .flatMap((row) =>
          keysOf(row.on, (name) => isMemberPoolKey(row.driver, name)).map((name) =>
            key('storage-pool', 'storage pool', row.name, name),
          ),
        ),
    ],
  };
}

/** `PUT /1.0/cluster`: bootstrap, join or leave, told apart by what the body carries, as Incus does it. */
export function changeCluster(call: Call): Answer {
  const body = bodyOf(call, 'ClusterPut');
  checkMatch(call.request.headers['if-match'], clusterDocument(call.machine));
  const name = body.text('server_name');
  if (!body.flag('enabled')) {
    if (name !== '') throw new IncusError(400, 'ServerName must be empty when disabling clustering');
    leaveCluster(call.machine);
    emitLifecycle(call, 'cluster-disabled', `/1.0/cluster/${serverName(call.machine)}`);
    return done();
  }
  if (name === '') throw new IncusError(400, 'ServerName is required when enabling clustering');
  if (name.startsWith('@')) throw new IncusError(400, 'ServerName may not start with "@"');
  // Seen: without cluster_address a token is silently ignored and the server bootstraps a cluster of its own.
  if (body.text('cluster_address') !== '') return joinCluster(call, body);
  return bootstrap(call, name);
}

function bootstrap(call: Call, name: string): Answer {
  const { machine } = call;
  checkName(name, 'Invalid cluster member name');
  const local = machine.row.local_config;
  const core = local['core.https_address'] ?? '';
  const address = local['cluster.https_address'] ?? (core === '' || isWildcard(core) ? '' : canonicalAddress(core));
  if (address === '') {
    // Incus prints the wrong variable here: the quotes are always empty.
    const why = 'Cannot use wildcard core.https_address "" for cluster.https_address.';
    throw new IncusError(500, `${why} Please specify a new cluster.https_address or core.https_address`);
  }
  const before = isClustered(machine);
  const wish = { description: 'Creating bootstrap node', resources: { cluster: null } };
  const operation = startTask(machine, wish, async (own) => {
    if (before || isClustered(machine)) throw new Error('Inconsistent state: found leftover cluster certificate');
    const certificate = await clusterCertificate(machine);
    if (!(await pause(machine, BOOTSTRAP_MS))) return;
    const fault = faultOf(machine, 'bootstrap-fails');
    if (fault !== undefined)
      throw new Error(fault.arg ?? 'Failed to start cluster database: context deadline exceeded');
    if (isClustered(machine)) throw new Error('Inconsistent state: found leftover cluster certificate');
    machine.row.local_config = { ...machine.row.local_config, 'cluster.https_address': address };
    machine.row.address = address;
    machine.row.name = name;
    const { data } = machine.store;
    data.cluster = certificate;
    data.groups = [{ name: 'default', description: 'Default cluster group', members: [machine.row.id], config: {} }];
    data.certificates = data.certificates.filter((row) => row.fingerprint !== machine.own.fingerprint);
    addServerCertificate(machine, name);
    assignRaftRoles(machine.store);
    own.metadata.certificate = certificate.certificate;
    emitOperation(machine, own); // clients see the certificate once before the end
    emitLifecycle(call, 'cluster-enabled', `/1.0/cluster/${name}`);
  });
  return accepted(operation);
}

export function addServerCertificate(machine: Machine, name: string): void {
  addCertificate(machine.store.data.certificates, {
    name,
    type: 'server',
    restricted: false,
    projects: [],
    certificate: machine.own.certificate,
    description: '',
  });
}

/** A new key pair for all members: P-384 costs a few milliseconds, so it is made when a bootstrap asks for it, not before. */
function clusterCertificate(machine: Machine): Promise<ServerCertificate> {
  return makeCertificate({
    commonName: `root@${machine.options.name}`,
    organization: 'Linux Containers',
    dnsNames: [machine.options.name],
    addresses: ['127.0.0.1', '::1'],
    curve: machine.world.clusterCurve ?? 'P-384',
    usage: 'server',
  });
}

/** `PUT /1.0/cluster/certificate`: another certificate for all members, shown from the next connection on. */
export function changeClusterCertificate(call: Call): Answer {
  if (call.data.cluster === null) throw new IncusError(400, 'This server is not clustered');
  const body = bodyOf(call, 'ClusterCertificatePut');
  const certificate = body.text('cluster_certificate');
  const key = body.text('cluster_certificate_key');
  if (!certificate.includes('-----BEGIN CERTIFICATE') || !key.includes('PRIVATE KEY')) {
    throw new IncusError(400, 'Certificate must be base64 encoded PEM certificate');
  }
  call.data.cluster = { certificate, key, fingerprint: fingerprintOfPem(certificate) };
  emitLifecycle(call, 'cluster-certificate-updated', '/1.0/cluster/certificate');
  return done();
}
