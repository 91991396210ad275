import { randomBytes, randomUUID } from 'node:crypto';
import { type ClusterPost, Fault, prefixFault } from '@operations-center/contract';
import { makeUlaPrefix } from '@operations-center/documents';
import { isOpen, type OperationView } from '@operations-center/workflow';
import type { Tx } from '../../schema.ts';
import { requireChannel } from '../channels/channels.service.ts';
import type { OperationService } from '../operations/operations.service.ts';
import { checkCandidates, clusterExists, serverIsMember } from './cluster.rules.ts';
import type { StoredCluster } from './cluster.ts';
import type { ClusterParts } from './cluster-parts.ts';
import {
  findCluster,
  insertInputs,
  insertMeshId,
  insertPendingCluster,
  listMeshIds,
  setClusterOperation,
} from './clusters.store.ts';
import { planCreateCluster } from './create-cluster.plan.ts';
import { type CreateRequest, readCreateRequest } from './create-request.rules.ts';
import type { Snapshot } from './creation-facts.ts';
import { findCreationFault } from './creation-outcome.rules.ts';
import { noteSeen } from './lvm-ids.rules.ts';
import { holdLvmIds, listLvmIds, saveSeen } from './lvm-ids.store.ts';
import { type PreflightParts, runPreflight } from './preflight.service.ts';
import { toCandidate } from './server-facts.rules.ts';

export type CreateParts = ClusterParts & {
  fleet: PreflightParts['fleet'];
  identity: PreflightParts['identity'];
  operations: OperationService;
  defaultChannel(): string;
};

export type ClusterCreation = {
  /** Checks everything, takes the name, and begins. The operation; of an equal request under way, that one's. */
  begin(given: ClusterPost, requested_by: string): Promise<string>;
  /** Waits until a creation has come to rest. Anything but a cluster that stands is a fault. */
  await(operation: string, signal: AbortSignal): Promise<void>;
};

const prefix = 'Failed creating cluster';

export function makeClusterCreation(parts: CreateParts): ClusterCreation {
  const { database, clock, operations, servers } = parts;

  async function begin(given: ClusterPost, requested_by: string): Promise<string> {
    const request = readCreateRequest(given, parts.defaultChannel());
    const digest = parts.sealer.digest(canonicalJson(given));
    const there = await findCluster(database.read, request.name);
    if (there !== undefined) return (await findSame(there, digest)) ?? raise(clusterExists(request.name));
    const chosen = await servers.findAll(request.server_names);
    checkCandidates(request.server_names, chosen.map(toCandidate), request);
    await requireChannel(database.read, request.channel);
    const registered = asksForLvm(request) ? await servers.listRegistered() : [];
    const { snapshot, fault } = await runPreflight(
      { ...parts, nowMs: () => clock.nowMs() },
      { request, servers: chosen, registered },
    );
    if (fault !== undefined) throw fault;
    const ula_prefix = makeUlaPrefix(randomBytes(6));
    const submitted = await database.write('create cluster', async (tx) => {
      const taken = await findCluster(tx, request.name);
      if (taken !== undefined) return { taken };
      return { operation: await submit(tx, { request, snapshot, ula_prefix, digest, requested_by, given }) };
    });
    if (submitted.operation !== undefined) return submitted.operation;
    return (await findSame(submitted.taken, digest)) ?? raise(clusterExists(request.name));
  }

  /** The operation of a creation that is under way and was asked for with the same words. */
  async function findSame(there: StoredCluster, digest: string): Promise<string | undefined> {
    if (there.status !== 'pending' || there.request_digest !== digest || there.operation === null) return undefined;
    const view = await operations.find(there.operation);
    return view !== undefined && isOpen(view.status) ? view.id : undefined;
  }

  type Submission = {
    request: CreateRequest;
    snapshot: Snapshot;
    ula_prefix: string;
    digest: string;
    requested_by: string;
    given: ClusterPost;
  };

  /** All in one write: the name, the servers, the ids and the operation are ours, or none of them is. */
  async function submit(
    tx: Tx,
    { request, snapshot, ula_prefix, digest, requested_by, given }: Submission,
  ): Promise<string> {
    await refuseTaken(tx, request.server_names);
    await saveSeen(tx, noteSeen(await listLvmIds(tx), snapshot.lvm, snapshot.looked_at));
    const holdings = { lvm: await listLvmIds(tx), mesh: await listMeshIds(tx), ula_prefix };
    const { plan, lvm_ids, mesh_id } = planCreateCluster(request, snapshot, holdings, parts.sealer);
    const id = randomUUID();
    const nowMs = clock.nowMs();
    await insertPendingCluster(tx, { ...request, id, request_digest: digest, nowMs });
    await insertMeshId(tx, mesh_id, id);
    await holdLvmIds(tx, lvm_ids, id, nowMs);
    await servers.setForming(tx, request.server_names, request.name);
    const operation = await operations.submit(tx, { workflow: 'create-cluster', plan, requested_by });
    await setClusterOperation(tx, id, operation);
    await insertInputs(tx, {
      cluster: id,
      operation,
      request: parts.sealer.seal(JSON.stringify(given)),
      plan: JSON.stringify(plan),
      versions: JSON.stringify({ workflow: 1, incus: incusOf(snapshot) }),
      at: nowMs,
    });
    return operation;
  }

  /** What was looked at before may have changed since. */
  async function refuseTaken(tx: Tx, names: readonly string[]): Promise<void> {
    const taken = await servers.findTaken(tx, names);
    if (taken === undefined) return;
    if (taken.cluster !== null) throw serverIsMember(taken.name, taken.cluster);
    const details = { server: taken.name };
    throw new Fault('server_not_found', `Failed to get server "${taken.name}" by name: Not found`, { details });
  }

  return {
    begin: (given, requested_by) => withPrefix(() => begin(given, requested_by)),
    await: (operation, signal) =>
      withPrefix(async () => {
        const view: OperationView = await operations.wait(operation, signal);
        const fault = findCreationFault(view);
        if (fault !== undefined) throw fault;
      }),
  };
}

const asksForLvm = ({ services }: CreateRequest): boolean =>
  services.some(({ name, config }) => name === 'lvm' && config['enabled'] === true);

const incusOf = ({ servers }: Snapshot) => {
  const [first] = servers;
  return first === undefined ? null : (toCandidate(first.server).incus ?? null);
};

function raise(fault: Fault): never {
  throw fault;
}

/** OC says first what failed, but for a template, whose texts have their own beginning. */
async function withPrefix<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'cluster_template_not_built') throw error;
    throw prefixFault(prefix, error);
  }
}

/** Two requests are the same whatever the order of their keys. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
