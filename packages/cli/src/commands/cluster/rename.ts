import { defineCommand, showNothing } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { required } from '../../options.ts';

export const clusterRename = defineCommand({
  path: ['provisioning', 'cluster', 'rename'],
  about: 'Rename a cluster',
  examples: ['operations-center provisioning cluster rename wonderful marvellous'],
  args: { name: required('Its name', { names: 'clusters' }), 'new-name': required('The new name') },
  options: {},
  run: async ({ api, args }) => {
    if (args.name === args['new-name']) throw new UsageFailure('the new name is the old one', 'Give another one.');
    await api.ask('cluster_rename', { params: { name: args.name }, body: { name: args['new-name'] } });
  },
  show: showNothing,
});
