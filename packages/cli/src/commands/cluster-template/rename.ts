import { defineCommand, showNothing } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { required } from '../../options.ts';

export const templateRename = defineCommand({
  path: ['provisioning', 'cluster-template', 'rename'],
  about: 'Rename a cluster template',
  examples: ['operations-center provisioning cluster-template rename branch branch-office'],
  args: {
    name: required('Its name', { names: 'cluster-templates' }),
    'new-name': required('The new name'),
  },
  options: {},
  run: async ({ api, args }) => {
    if (args.name === args['new-name']) throw new UsageFailure('the new name is the old one', 'Give another one.');
    await api.ask('cluster_template_rename', { params: { name: args.name }, body: { name: args['new-name'] } });
  },
  show: showNothing,
});
