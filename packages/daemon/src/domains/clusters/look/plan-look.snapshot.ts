import { Fault } from '@operations-center/contract';
import type { ApplicationItem } from '@operations-center/documents';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { IncusObjectIdentity, IncusObjectStore } from '../../../fleet/incus-objects.ts';
import { endpointOf } from '../../servers/server.ts';
import { goQuote } from '../connection-url.rules.ts';
import type { CreateRequest } from '../creation/create-request.rules.ts';
import { itemsOfRequest } from '../plan/create-cluster.plan.ts';
import type { LiveItems, ServerLook, Snapshot } from './creation-facts.ts';

const callMs = 5_000;

/** Reads what the first server has already of the items; most have nothing, and then there is little to ask for. */
export async function lookAtItems(
  objects: IncusObjectStore,
  request: CreateRequest,
  { servers }: Pick<Snapshot, 'servers'>,
): Promise<LiveItems> {
  const [first] = servers;
  if (first === undefined) return {};
  const members = servers.map(({ server }) => server.name);
  const found = await Promise.all(
    itemsOfRequest(request, members).map(async (item) => {
      const live = await lookAtItem(objects, item, first);
      return live === undefined ? [] : [[item.key, live] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function lookAtItem(
  objects: IncusObjectStore,
  item: ApplicationItem,
  first: ServerLook,
): Promise<LiveItems[string] | undefined> {
  if (item.kind === 'certificate')
    return first.certificates.find(({ fingerprint }) => fingerprint === item.fingerprint);
  // Groups come with the cluster, and the server's own config was read with the server.
  if (item.kind === 'cluster-group' || item.kind === 'server-config' || !mayBeThere(item, first.contents)) {
    return undefined;
  }
  const where = {
    ...('project' in item ? { project: item.project } : {}),
    ...('pool' in item ? { pool: item.pool } : {}),
  };
  return readItem(objects, { kind: item.kind, name: item.name, ...where }, first);
}

function mayBeThere(item: ApplicationItem, contents: readonly string[]): boolean {
  const project = 'project' in item ? item.project : 'default';
  if (project !== 'default' && !contents.includes(`project/${project}`)) return false;
  if (item.kind === 'storage-volume') return contents.includes(`storage-pool/${item.pool}`);
  return item.name === 'default' || contents.includes(`${item.kind}/${item.name}`);
}

async function readItem(
  objects: IncusObjectStore,
  identity: IncusObjectIdentity,
  { server }: ServerLook,
): Promise<LiveItems[string] | undefined> {
  try {
    const options = { signal: AbortSignal.timeout(callMs), deadlineMs: callMs };
    return (await objects.getObject(endpointOf(server), identity, options))?.value;
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    if (!isTimeout && !(error instanceof FleetFailure)) throw error;
    const reason = isTimeout ? `no answer within ${callMs / 1000} s` : error.message;
    const message = `Failed to read what server ${goQuote(server.name)} holds: ${reason}`;
    throw new Fault('cluster_server_unreachable', message, { details: { server: server.name }, cause: error });
  }
}
