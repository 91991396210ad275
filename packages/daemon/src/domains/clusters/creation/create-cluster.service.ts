import { randomUUID } from 'node:crypto';
import { type ClusterPost, Fault, prefixFault } from '@operations-center/contract';
import { isOpen, type OperationView } from '@operations-center/workflow';
import { hideTexts } from '../../../platform/hide-texts.ts';
import type { Tx } from '../../../schema.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import type { TemplateService } from '../../templates/templates.service.ts';
import { saveArtifacts } from '../artifacts/artifacts.store.ts';
import { creationArtifacts } from '../artifacts/creation-artifacts.plan.ts';
import { blockingOf, refuseBlocking } from '../checks/findings.rules.ts';
import { clusterExists } from '../cluster.rules.ts';
import { clusterUrl, type StoredCluster } from '../cluster.ts';
import type { ClusterParts } from '../cluster-parts.ts';
import {
  findCluster,
  insertInputs,
  insertMeshId,
  insertPendingCluster,
  setClusterOperation,
} from '../clusters.store.ts';
import type { DescribeCreation } from '../description/describe-creation.service.ts';
import { releaseIds } from '../kept-plans/plans.store.ts';
import type { Snapshot } from '../look/creation-facts.ts';
import { toCandidate } from '../look/server-facts.rules.ts';
import { holdLvmIds } from '../lvm/lvm-ids.store.ts';
import type { PlannedCreation } from '../plan/create-cluster.plan.ts';
import { findCreationFault } from './creation-outcome.rules.ts';
import type { KeptRequest } from './pending-digests.store.ts';
import type { Preparation, Prepared } from './prepare-creation.service.ts';

export type CreateParts = ClusterParts & {
  templates: Pick<TemplateService, 'remember'>;
  operations: OperationService;
  preparation: Preparation;
  describe: DescribeCreation;
};

export type ClusterCreation = {
  /** Checks everything, takes the name, and begins. The operation; of an equal request under way, that one's. */
  begin(given: ClusterPost, requested_by: string): Promise<string>;
  /** Begins what was planned, in the caller's write. */
  submit(tx: Tx, prepared: Prepared, planned: PlannedCreation, requested_by: string): Promise<string>;
  /** Waits until a creation has come to rest. Anything but a cluster that stands is a fault. */
  await(operation: string, signal: AbortSignal): Promise<void>;
};

export function makeClusterCreation(parts: CreateParts): ClusterCreation {
  const { database, clock, operations, servers, preparation } = parts;

  async function begin(given: ClusterPost, requested_by: string): Promise<string> {
    const { request, digest, there } = await preparation.read(given);
    if (there !== undefined) return (await findSame(there, digest)) ?? raise(clusterExists(request.name));
    const prepared = await preparation.look({ given, request, digest, ignore: [] });
    const submitted = await database.write(
      'create cluster',
      async (tx) => {
        const taken = await findCluster(tx, request.name);
        if (taken !== undefined) return { taken };
        const planned = await preparation.plan(tx, prepared);
        // After everything that OC has a text for.
        const blocking = blockingOf(prepared.findings);
        if (blocking.length > 0) throw refuseBlocking('cluster_preflight_failed', blocking);
        return { operation: await submit(tx, prepared, planned, requested_by) };
      },
      { inLine: true },
    );
    if (submitted.operation !== undefined) return submitted.operation;
    return (await findSame(submitted.taken, digest)) ?? raise(clusterExists(request.name));
  }

  /** The operation of a creation that is under way and was asked for with the same words. */
  async function findSame(there: StoredCluster, digest: string): Promise<string | undefined> {
    if (there.status !== 'pending' || there.request_digest !== digest || there.operation === null) return undefined;
    const view = await operations.find(there.operation);
    return view !== undefined && isOpen(view.status) ? view.id : undefined;
  }

  /** The same request at the same moment may have begun what this one then stumbled over. */
  async function attachInstead(given: ClusterPost, refusal: unknown): Promise<string> {
    // A request that cannot even be read is refused here as it was before.
    const { digest, there } = await preparation.read(given);
    const operation = there && (await findSame(there, digest));
    if (operation === undefined) throw refusal;
    return operation;
  }

  /** All in one write: the name, the servers, the ids and the operation are ours, or none of them is. */
  async function submit(tx: Tx, prepared: Prepared, planned: PlannedCreation, requested_by: string): Promise<string> {
    const { given, request, digest, snapshot } = prepared;
    const { plan, lvm_ids, mesh_id } = planned;
    const id = randomUUID();
    const nowMs = clock.nowMs();
    await insertPendingCluster(tx, { ...request, id, request_digest: digest, nowMs });
    // What a plan held for this request belongs to the cluster from here on.
    await releaseIds(tx, digest);
    await insertMeshId(tx, mesh_id, id);
    await holdLvmIds(tx, lvm_ids, id, nowMs);
    await servers.setForming(tx, request.server_names, request.name);
    const operation = await operations.submit(tx, { workflow: 'create-cluster', plan, requested_by });
    await setClusterOperation(tx, id, operation);
    const { name } = request;
    const context = { operation, status: 'pending' };
    await parts.events.changed(tx, { action: 'cluster-created', source: clusterUrl(name), name, context });
    await insertInputs(tx, {
      cluster: id,
      operation,
      request: parts.sealer.seal(JSON.stringify(keptRequest(given, request), withBigNumbers)),
      plan: JSON.stringify(plan),
      versions: JSON.stringify({ workflow: 1, incus: incusOf(snapshot) }),
      at: nowMs,
    });
    if (request.template !== undefined) await parts.templates.remember(tx, id, request.template);
    // All choices are made, so this is what the cluster will be; it goes with the cluster if that is taken back.
    const shown = parts.describe(prepared, planned, {}).view;
    const { secret: names = [], secret_texts: texts = [] } = request.template ?? {};
    const artifacts = creationArtifacts({ id, given, plan, shown, sealer: parts.sealer, secrets: { names, texts } });
    await saveArtifacts(tx, id, hideTexts(artifacts, texts), nowMs);
    return operation;
  }

  return {
    begin: (given, requested_by) =>
      asCreation(() => begin(given, requested_by).catch((refusal: unknown) => attachInstead(given, refusal))),
    submit,
    await: (operation, signal) =>
      asCreation(async () => {
        const view: OperationView = await operations.wait(operation, signal);
        const fault = findCreationFault(view);
        if (fault !== undefined) throw fault;
      }),
  };
}

const incusOf = ({ servers }: Snapshot) => {
  const [first] = servers;
  return first === undefined ? null : (toCandidate(first.server).incus ?? null);
};

/** What applying later starts from: the documents as they were read. As they were asked for they name the request. */
const keptRequest = (given: ClusterPost, { documents, built_ins }: Prepared['request']): KeptRequest => {
  const { services_config, application_seed_config, builtin_variables } = given;
  const asked = { services_config, application_seed_config, builtin_variables };
  return { ...given, ...documents, builtin_variables: built_ins, asked };
};

/** JSON.stringify has no way of its own for them. */
const withBigNumbers = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function raise(fault: Fault): never {
  throw fault;
}

/** OC says first what failed, but for a template, whose texts have their own beginning; plans speak for themselves. */
export async function asCreation<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isPlain =
      !(error instanceof Fault) || error.code.startsWith('cluster_template_') || error.code.startsWith('plan_');
    throw isPlain ? error : prefixFault('Failed creating cluster', error);
  }
}
