import { Fault } from '@operations-center/contract';
import { nearestWord } from '@operations-center/documents';
import { type LocalScope, LvmConfig, localScopeFrom } from '@operations-center/fleet-protocol';
import type { FleetConnections } from '../../fleet/connection.ts';
import { FleetFailure } from '../../fleet/fleet-failure.ts';
import type { Incus } from '../../fleet/incus.ts';
import { listContents } from '../../fleet/incus-contents.ts';
import type { IncusOs } from '../../fleet/incus-os.ts';
import type { RegisteredServer } from '../servers/membership.ts';
import { endpointOf, type Server } from '../servers/server.ts';
import { refuseServer } from './cluster.rules.ts';
import { goQuote } from './connection-url.rules.ts';
import type { CreateRequest } from './create-request.rules.ts';
import type { ServerLook, Snapshot } from './creation-facts.ts';
import type { LvmSeen } from './lvm-id.ts';
import { machineOf } from './server-facts.rules.ts';

export type SnapshotParts = {
  fleet: { connections: FleetConnections; incus: Incus; incusOs: IncusOs };
  nowMs(): number;
};

const callMs = 5_000;
const totalMs = 15_000;
/** Machines that only lend their lvm id to the plan are not waited for as long. */
const lvmMs = 1_000;
const lvmAtOnce = 64;

/** Asks all servers at once and changes nothing. The first server with a problem, as they were named, is the one told. */
export async function takeSnapshot(
  parts: SnapshotParts,
  request: CreateRequest,
  servers: readonly Server[],
  registered: readonly RegisteredServer[],
): Promise<Snapshot> {
  const looked_at = parts.nowMs();
  const signal = AbortSignal.timeout(totalMs);
  const wantsLvm = request.services.some(({ name, config }) => name === 'lvm' && config['enabled'] === true);
  const names = new Set(servers.map(({ name }) => name));
  const others = wantsLvm ? registered.filter((server) => !names.has(server.name)) : [];
  const [looks, lvm] = await Promise.all([
    inOrder(servers.map((server, index) => lookAt(parts, server, request, index === 0, signal))),
    lookAtLvm(parts, others, signal),
  ]);
  const own = looks.flatMap(({ server, services }) =>
    services['lvm'] === undefined ? [] : [toLvmSeen(server, services['lvm'])],
  );
  const local_scope = looks[0]?.local_scope ?? {};
  return { servers: looks, lvm: wantsLvm ? [...own, ...lvm] : [], local_scope, looked_at };
}

/** Waits for all; of several that fail, the first in order is told. */
async function inOrder<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(asked);
  return Promise.all(asked);
}

async function lookAt(
  parts: SnapshotParts,
  server: Server,
  request: CreateRequest,
  isFirst: boolean,
  signal: AbortSignal,
): Promise<ServerLook & { local_scope: LocalScope }> {
  const { incus, incusOs } = parts.fleet;
  const endpoint = endpointOf(server);
  const options = { signal, deadlineMs: callMs };
  const name = goQuote(server.name);
  const ping = `Connection test for server ${name} failed`;
  await told(ping, server, () => incusOs.ping(endpoint, { signal }));
  const [network, services, local_scope] = await Promise.all([
    told(`Failed to read the network of server ${name}`, server, () => incusOs.getNetwork(endpoint, options)),
    inOrder(request.services.map((service) => readService(parts, server, service.name, signal))),
    isFirst ? readLocalScope(parts, server, signal) : {},
    isFirst ? undefined : checkEmpty(parts, server, signal),
    told(ping, server, () => incus.getServer(endpoint, options)).then(({ value }) => checkStandalone(server, value)),
  ]);
  return {
    server,
    machine: machineOf(server),
    services: Object.fromEntries(services),
    network: network.value,
    local_scope,
  };
}

function checkStandalone(server: Server, value: Awaited<ReturnType<Incus['getServer']>>['value']): void {
  if (value.auth !== 'trusted' || value.environment === undefined) {
    throw refuseServer('cluster_server_unsuitable', server.name, 'does not trust our client certificate', {});
  }
  if (!value.environment.server_clustered) return;
  const fault = refuseServer('cluster_server_taken', server.name, 'is a member of an Incus cluster already', {});
  throw new Fault(fault.code, fault.message, { details: fault.details, hint: memberHint });
}

/** Its row says no cluster: it was deleted by force, or clustered by hand, and the server itself still is a member. */
const memberHint =
  'The server itself says so, whatever our list says: take it out of that cluster (incus cluster remove), or reset it from its console.';

/** A server that joins loses what it holds; the first one keeps it. */
async function checkEmpty(parts: SnapshotParts, server: Server, signal: AbortSignal): Promise<void> {
  const contents = await told(`Failed to read what server ${goQuote(server.name)} holds`, server, () =>
    listContents(parts.fleet.connections, endpointOf(server), { signal, deadlineMs: callMs }),
  );
  if (contents.length === 0) return;
  const why = `is not empty (${contents.slice(0, 5).join(', ')}), and a server that joins loses what it holds`;
  throw refuseServer('cluster_server_unsuitable', server.name, why, { contents });
}

async function readService(
  parts: SnapshotParts,
  server: Server,
  name: string,
  signal: AbortSignal,
): Promise<[string, Record<string, unknown>]> {
  const { incusOs } = parts.fleet;
  const endpoint = endpointOf(server);
  const options = { signal, deadlineMs: callMs };
  const prefix = `Failed to enable OS service ${goQuote(name)} on ${goQuote(server.name)}`;
  const found = await told(prefix, server, () => incusOs.getService(endpoint, name, options));
  if (found !== undefined) return [name, found.value.config];
  const known = await told(prefix, server, () => incusOs.listServices(endpoint, options));
  const meant = nearestWord(name, known);
  const question = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  const has = [...known].sort().join(', ');
  throw new Fault('service_unknown', `${prefix}: not found${question}; this IncusOS has ${has}`, {
    details: { server: server.name, service: name, services: known },
  });
}

async function readLocalScope(parts: SnapshotParts, first: Server, signal: AbortSignal): Promise<LocalScope> {
  const prefix = `Failed to read the configuration keys of server ${goQuote(first.name)}`;
  const { value } = await told(prefix, first, () =>
    parts.fleet.incus.getMetadataConfiguration(endpointOf(first), { signal, deadlineMs: callMs }),
  );
  return localScopeFrom(value);
}

/** Machines that do not answer are known by what was last seen of them. */
async function lookAtLvm(
  parts: SnapshotParts,
  servers: readonly RegisteredServer[],
  signal: AbortSignal,
): Promise<LvmSeen[]> {
  const waiting = servers.filter((server) => server.status === 'ready');
  const seen: LvmSeen[] = [];
  const work = async (): Promise<void> => {
    for (let server = waiting.pop(); server !== undefined && !signal.aborted; server = waiting.pop()) {
      const options = { signal, deadlineMs: lvmMs };
      const found = await parts.fleet.incusOs.getService(endpointOf(server), 'lvm', options).catch(() => undefined);
      if (found !== undefined) seen.push(toLvmSeen(server, found.value.config));
    }
  };
  await Promise.all(Array.from({ length: lvmAtOnce }, work));
  return seen;
}

function toLvmSeen(server: RegisteredServer, config: Record<string, unknown>): LvmSeen {
  const parsed = LvmConfig.safeParse(config);
  const { enabled, system_id } = parsed.success ? parsed.data : { enabled: false, system_id: 0 };
  return { machine: machineOf(server), server: server.name, enabled, id: system_id };
}

/** A failed call as the fault of the request: nothing was changed yet. */
async function told<T>(prefix: string, server: Server, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof FleetFailure) {
      const { code, call, reason, status } = error;
      throw new Fault('cluster_server_unreachable', `${prefix}: ${reason}`, {
        details: { server: server.name, reason: code, call, status: status ?? null },
        cause: error,
      });
    }
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      const message = `${prefix}: the servers did not answer within ${totalMs / 1000} s`;
      throw new Fault('cluster_server_unreachable', message, { details: { server: server.name }, cause: error });
    }
    throw error;
  }
}
