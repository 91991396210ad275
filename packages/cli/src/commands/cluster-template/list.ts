import type { ClusterTemplate } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { listTemplates } from './list-templates.ts';

const columns: readonly Column<ClusterTemplate>[] = [
  { header: 'Name', value: ({ name }) => name },
  { header: 'Description', value: ({ description }) => description, free: true },
  { header: 'Last Updated', value: ({ last_updated }) => showTime(last_updated) },
];

export const templateList = defineCommand({
  path: ['provisioning', 'cluster-template', 'list'],
  about: 'List the cluster templates',
  examples: [
    'operations-center provisioning cluster-template list',
    'operations-center provisioning cluster-template list -f json',
  ],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no cluster template',
    from: 'Make one: operations-center provisioning cluster-template add.',
  },
  run: ({ api }) => listTemplates(api),
  show: (templates, { options, terminal }) => showList(templates, columns, options.format, terminalWidth(terminal)),
});
