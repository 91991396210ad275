import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { listFormat, showList } from '../../output/list.ts';
import { listServers } from './list-servers.ts';
import { serverColumns } from './server-columns.ts';
import { yamlShape } from './yaml-shape.ts';

export const serverList = defineCommand({
  path: ['provisioning', 'server', 'list'],
  about: 'List the servers',
  examples: [
    'operations-center provisioning server list',
    'operations-center provisioning server list --cluster wonderful --status ready',
    `operations-center provisioning server list --filter 'name startsWith "rack1-" and status != "ready"'`,
    'operations-center provisioning server list -f json',
  ],
  args: {},
  options: {
    cluster: text('Only the members of this cluster', { names: 'clusters' }),
    status: text('Only servers with this status', {
      placeholder: 'status',
    }),
    filter: text('Only servers for which this expression is true', { placeholder: 'expression' }),
    format: listFormat,
  },
  whenEmpty: {
    none: 'There is no server',
    from: 'They register by themselves, with a token: operations-center provisioning token add.',
  },
  run: ({ api, options }) =>
    listServers(api, {
      cluster: options.cluster || undefined,
      status: options.status || undefined,
      filter: options.filter || undefined,
    }),
  show: (servers, { options, terminal }) =>
    showList(
      options.format.kind === 'yaml' ? servers.map(yamlShape) : servers,
      serverColumns,
      options.format,
      terminalWidth(terminal),
    ),
});
