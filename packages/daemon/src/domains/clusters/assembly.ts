import type { WorkflowName } from '@operations-center/contract';
import { fingerprintOfPem } from '@operations-center/tls';
import type { Workflow } from '@operations-center/workflow';
import type { Handler } from '../../platform/http/answer.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { Tx } from '../../schema.ts';
import type { OperationService } from '../operations/operations.service.ts';
import { serverUrl } from '../servers/document/server-json.ts';
import type { TemplateService } from '../templates/templates.service.ts';
import { makeConfigurationApply } from './apply/apply-configuration.service.ts';
import { makeApplyWorkflow } from './apply/apply-configuration.workflow.ts';
import { artifactHandlers } from './artifacts/artifacts.routes.ts';
import { makeArtifactService } from './artifacts/artifacts.service.ts';
import { makeCreationCheck } from './checks/check-creation.service.ts';
import type { PreflightParts } from './checks/preflight.service.ts';
import { clusterUrl } from './cluster.ts';
import type { ClusterParts } from './cluster-parts.ts';
import { clusterHandlers } from './clusters.routes.ts';
import { type ClusterService, makeClusterService } from './clusters.service.ts';
import { deleteCluster, deleteMeshId, setClusterCertificate, setClusterReady } from './clusters.store.ts';
import { type CreateClusterParts, makeCreateClusterWorkflow } from './create-cluster.workflow.ts';
import { makeClusterCreation } from './creation/create-cluster.service.ts';
import { makePreparation } from './creation/prepare-creation.service.ts';
import { makeDescribeCreation } from './description/describe-creation.service.ts';
import { makeClusterPlans } from './kept-plans/cluster-plans.service.ts';
import { makeKeptPlans } from './kept-plans/kept-plans.service.ts';
import { planHandlers } from './kept-plans/plans.routes.ts';
import { sweepPlansLoop } from './kept-plans/sweep-plans.loop.ts';
import { releaseLvmIds } from './lvm/lvm-ids.store.ts';
import { makeClusterDeletion } from './removal/delete-cluster.service.ts';
import { type FactoryResetParts, makeFactoryReset } from './removal/factory-reset.service.ts';
import { makeFactoryResetWorkflow } from './removal/factory-reset.workflow.ts';
import { listResets } from './removal/factory-resets.store.ts';
import type { FactoryResetStepParts } from './removal/steps/parts.ts';
import { makeTemplateExport } from './template-export/export-template.service.ts';

export type WorkflowParts = ClusterParts & {
  identity: PreflightParts['identity'];
  fleet: CreateClusterParts['fleet'];
  temporaryFolder: string;
};

export type AllWorkflowParts = WorkflowParts &
  Pick<FactoryResetStepParts, 'identity' | 'tokens' | 'standsStill' | 'channelsWithUpdates' | 'ownAddress'>;

/** The kinds of long work that this domain knows; the operations domain runs them. */
export function assembleClusterWorkflows(parts: AllWorkflowParts): Workflow[] {
  // The runner hands back to each workflow the plan that it was submitted with.
  const creation = toCreateParts(parts);
  const workflows = {
    'create-cluster': makeCreateClusterWorkflow(creation),
    'apply-configuration': makeApplyWorkflow(creation),
    'factory-reset': makeFactoryResetWorkflow(toResetParts(parts)),
  } satisfies Record<WorkflowName, { name: string }>;
  return Object.values(workflows);
}

const toResetParts = (parts: AllWorkflowParts): FactoryResetStepParts => ({
  ...parts,
  tell: (tx, action, name, context) => parts.events.changed(tx, { action, source: serverUrl(name), name, context }),
});

export function toCreateParts(parts: WorkflowParts): CreateClusterParts {
  const { clock, inventory } = parts;
  const tell = (tx: Tx, action: string, name: string, context: Record<string, string> = {}): Promise<void> =>
    parts.events.changed(tx, { action, source: clusterUrl(name), name, context });
  return {
    ...parts,
    read: parts.database.read,
    wereReset: async (operation) =>
      new Set((await listResets(parts.database.read, operation)).map(({ server }) => server)),
    clusters: {
      async setCertificate(tx, cluster, certificate) {
        await setClusterCertificate(tx, cluster, { certificate, fingerprint: fingerprintOfPem(certificate) });
      },
      async setReady(tx, cluster) {
        const id = await setClusterReady(tx, cluster, clock.nowMs());
        if (id === undefined) return;
        await releaseLvmIds(tx, id, clock.nowMs());
        await tell(tx, 'cluster-status-changed', cluster, { status: 'ready' });
      },
      async remove(tx, cluster) {
        const id = await deleteCluster(tx, cluster);
        if (id === undefined) return;
        await releaseLvmIds(tx, id, clock.nowMs());
        await deleteMeshId(tx, id);
        await tell(tx, 'cluster-deleted', cluster);
      },
    },
    inventory: {
      scanCluster: ({ signal, ...target }) => inventory.scan(target, signal),
      removeCluster: (cluster) => inventory.removeCluster(cluster),
    },
  };
}

export type ClusterAssembly = WorkflowParts &
  Pick<FactoryResetParts, 'channelsWithUpdates' | 'ownAddress'> & {
    operations: OperationService;
    defaultChannel(): string;
    templates: TemplateService;
  };

export function assembleClusters(parts: ClusterAssembly): {
  service: ClusterService;
  handlers: readonly Handler[];
  start(): void;
  stop(): Promise<void>;
} {
  const clusters = makeClusterService(parts);
  const preparation = makePreparation(parts);
  const workflow = makeCreateClusterWorkflow(toCreateParts(parts));
  const describe = makeDescribeCreation({ ...parts, outline: (plan) => workflow.steps(plan) });
  const creation = makeClusterCreation({ ...parts, preparation, describe });
  const kept = makeKeptPlans(parts);
  const plans = makeClusterPlans({ ...parts, preparation, creation, describe, kept });
  const applying = makeApplyWorkflow(toCreateParts(parts));
  const apply = makeConfigurationApply({ ...parts, outline: (plan) => applying.steps(plan) });
  const deletion = makeClusterDeletion(parts);
  let sweeping: RunningLoop | undefined;
  return {
    service: clusters,
    handlers: [
      ...clusterHandlers({
        clusters,
        creation,
        plans,
        apply,
        deletion,
        check: makeCreationCheck(parts),
        factoryReset: makeFactoryReset(parts),
        operations: parts.operations,
        templates: parts.templates,
        templateExport: makeTemplateExport(parts),
      }),
      ...planHandlers(kept),
      ...artifactHandlers(makeArtifactService(parts)),
    ],
    start() {
      sweeping = startLoop(sweepPlansLoop(parts), parts);
    },
    stop: async () => sweeping?.stop(),
  };
}
