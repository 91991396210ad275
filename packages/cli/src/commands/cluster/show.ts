import type { Cluster } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { flag, required } from '../../options.ts';
import { block, fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { propertyLines } from '../../output/properties.ts';
import { showTime } from '../../output/time.ts';
import { completeUpdateStatus } from './complete-update-status.ts';

export const clusterShow = defineCommand({
  path: ['provisioning', 'cluster', 'show'],
  about: 'Show a cluster',
  examples: [
    'operations-center provisioning cluster show wonderful',
    'operations-center provisioning cluster show wonderful -f json',
  ],
  args: { name: required('Its name', { names: 'clusters' }) },
  options: { format: showFormat, properties: flag('Show its properties, too') },
  run: ({ api, args }) => api.ask('cluster_show', { params: { name: args.name } }),
  show: (cluster, { options }) =>
    showObject(options.format === 'yaml' ? completeUpdateStatus(cluster) : cluster, options.format, () =>
      clusterText(cluster, options.properties),
    ),
});

function clusterText(cluster: Cluster, properties: boolean): string {
  const members = (names: readonly string[] | undefined) =>
    names === undefined || names.length === 0 ? '-' : names.join(', ');
  const { needs_update, needs_reboot, in_maintenance } = cluster.update_status;
  return [
    fieldLines([
      ['Name', cluster.name],
      ['Connection URL', cluster.connection_url],
      ['Description', cluster.description],
    ]),
    block('Certificate', cluster.certificate),
    fieldLines([
      ['Certificate Fingerprint', cluster.fingerprint],
      ['Channel', cluster.channel],
      ['Status', cluster.status],
    ]),
    'Update Status:\n',
    fieldLines([
      ['  Need Update', members(needs_update)],
      ['  Need Reboot', members(needs_reboot)],
      ['  In Maintenance', members(in_maintenance)],
      ['Last Updated', showTime(cluster.last_updated)],
    ]),
    properties ? propertyLines(cluster.properties) : '',
  ].join('');
}
