import { Fault } from '@operations-center/contract';
import {
  type Answer,
  type Ask,
  accepted,
  type Caller,
  checkIfMatch,
  created,
  empty,
  type Handler,
  handle,
  ok,
  okList,
  okTagged,
} from '../../platform/http/answer.ts';
import { readFilter } from '../../platform/list-filter.ts';
import { operationUrl, toOperation } from '../operations/operation.ts';
import type { OperationService } from '../operations/operations.service.ts';
import type { TemplateService } from '../templates/templates.service.ts';
import type { ConfigurationApply } from './apply/apply-configuration.service.ts';
import type { CreationCheck } from './checks/check-creation.service.ts';
import { clusterJson, clusterLocation, clusterUrl } from './cluster.ts';
import { clusterFields } from './cluster-fields.ts';
import type { ClusterService } from './clusters.service.ts';
import type { ClusterCreation } from './creation/create-cluster.service.ts';
import type { ClusterPlans } from './kept-plans/cluster-plans.service.ts';
import type { ClusterDeletion, DeleteMode } from './removal/delete-cluster.service.ts';
import type { FactoryReset } from './removal/factory-reset.service.ts';
import type { TemplateExport } from './template-export/export-template.service.ts';

export type ClusterServices = {
  clusters: ClusterService;
  creation: ClusterCreation;
  plans: ClusterPlans;
  apply: ConfigurationApply;
  deletion: ClusterDeletion;
  check: CreationCheck;
  factoryReset: FactoryReset;
  operations: Pick<OperationService, 'load'>;
  templates: Pick<TemplateService, 'useOf'>;
  templateExport: TemplateExport;
};

export const clusterHandlers = ({
  clusters,
  creation,
  plans,
  apply,
  deletion,
  check,
  factoryReset,
  operations,
  templates,
  templateExport,
}: ClusterServices): Handler[] => {
  const begun = async (operation: string): Promise<Answer> =>
    accepted(operationUrl(operation), toOperation(await operations.load(operation)));
  return [
    handle('clusters_list', async ({ query }) => {
      const found = await clusters.list(readFilter(query.filter, clusterFields));
      return query.recursion ? okList(found.map(clusterJson)) : ok(found.map(({ name }) => clusterUrl(name)));
    }),
    handle('clusters_create', async (ask) => {
      const operation = await creation.begin(ask.body, callerText(ask));
      if (wantsNoWaiting(ask)) return begun(operation);
      await creation.await(operation, ask.signal);
      return { ...created(clusterLocation(ask.body.name)), operation: operationUrl(operation) };
    }),
    handle('operation_factory_reset', async ({ params, signal }) => ok(await factoryReset.consider(params.id, signal))),
    handle('operation_reset_server', async (ask) => {
      const wish = { operation: ask.params.id, server: ask.body.server, requested_by: callerText(ask) };
      const operation = await factoryReset.begin(wish, ask.signal);
      return begun(operation);
    }),
    handle('clusters_preflight', async ({ body }) => ok(await check.check(body))),
    handle('clusters_plan', async (ask) => ok(await plans.plan(ask.body, callerText(ask)))),
    handle('clusters_run', async (ask) => {
      const { operation, cluster } = await plans.run(ask.body.plan, callerText(ask));
      if (wantsNoWaiting(ask)) return begun(operation);
      await creation.await(operation, ask.signal);
      return { ...created(clusterLocation(cluster)), operation: operationUrl(operation) };
    }),
    handle('cluster_apply_plan', async (ask) => ok(await apply.plan(ask.params.name, ask.body, callerText(ask)))),
    handle('cluster_apply_run', async (ask) => {
      const operation = await apply.run(ask.params.name, ask.body.plan, callerText(ask));
      if (wantsNoWaiting(ask)) return begun(operation);
      await apply.await(operation, ask.signal);
      return { ...created(clusterLocation(ask.params.name)), operation: operationUrl(operation) };
    }),
    handle('cluster_template_use', async ({ params }) => {
      const { id } = await clusters.load(params.name);
      const use = await templates.useOf(id);
      if (use === undefined) {
        const told = `Cluster "${params.name}" was not made from a template`;
        throw new Fault('cluster_template_unused', told, { details: { cluster: params.name } });
      }
      return ok({ template: use.name, revision: use.revision, values: use.values });
    }),
    handle('cluster_template_derive', async ({ params }) => ok(await templateExport.derive(params.name))),
    handle('cluster_show', async ({ params }) => okTagged(clusterJson(await clusters.load(params.name)))),
    handle('cluster_update', async (ask) => {
      await clusters.update(ask.params.name, ask.body, (current) => checkIfMatch(ask, clusterJson(current)));
      return created(clusterLocation(ask.params.name));
    }),
    handle('cluster_rename', async (ask) => {
      await clusters.rename(ask.params.name, ask.body.name, (current) => checkIfMatch(ask, clusterJson(current)));
      return created(clusterLocation(ask.body.name));
    }),
    handle('cluster_delete', async (ask) => {
      const { params, query, signal } = ask;
      const mode = readMode(query.mode);
      if (!wantsNoWaiting(ask)) return deletion.remove(params.name, mode, signal).then(() => empty);
      const operation = await deletion.begin(params.name, mode, signal);
      return operation === undefined ? empty : begun(operation);
    }),
    handle('cluster_resync_inventory', async ({ params, signal }) => {
      await clusters.resyncInventory(params.name, signal);
      return empty;
    }),
  ];
};

type BeginAsk = Ask<'clusters_create'> | Ask<'clusters_run'> | Ask<'cluster_apply_run'> | Ask<'cluster_delete'>;

const callerText = ({ caller }: { caller: Caller }): string =>
  caller.user === '' ? caller.protocol : `${caller.protocol}:${caller.user}`;

const noWords = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

const wantsNoWaiting = (ask: BeginAsk): boolean =>
  noWords.includes(ask.query.wait ?? '') || /(^|[,;\s])respond-async([,;\s]|$)/i.test(ask.header('prefer') ?? '');

/** OC takes any other word for `normal`; a slip of the pen must not delete what was not meant. */
function readMode(word: string | undefined): DeleteMode {
  if (word === undefined || word === '' || word === 'normal') return 'normal';
  if (word === 'force' || word === 'factory-reset') return word;
  throw new Fault('query_invalid', `Bad Request: mode: "${word.slice(0, 40)}" is none of normal, force, factory-reset`);
}
