import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { listFormat, showList } from '../../output/list.ts';
import { clusterColumns } from './cluster-columns.ts';
import { completeUpdateStatus } from './complete-update-status.ts';
import { listClusters } from './list-clusters.ts';

export const clusterList = defineCommand({
  path: ['provisioning', 'cluster', 'list'],
  about: 'List the clusters',
  examples: [
    'operations-center provisioning cluster list',
    `operations-center provisioning cluster list --filter 'status != "ready"'`,
    'operations-center provisioning cluster list -f json',
  ],
  args: {},
  options: {
    filter: text('Only clusters for which this expression is true', { placeholder: 'expression' }),
    format: listFormat,
  },
  whenEmpty: {
    none: 'There is no cluster',
    from: 'Make one of registered servers: operations-center provisioning cluster add.',
  },
  run: ({ api, options }) => listClusters(api, options.filter || undefined),
  show: (clusters, { options, terminal }) =>
    showList(
      options.format.kind === 'yaml' ? clusters.map(completeUpdateStatus) : clusters,
      clusterColumns,
      options.format,
      terminalWidth(terminal),
    ),
});
