import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const templateRemove = defineCommand({
  path: ['provisioning', 'cluster-template', 'remove'],
  about: 'Remove a cluster template; clusters that were made from it stay',
  examples: ['operations-center provisioning cluster-template remove branch'],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('cluster_template_delete', { params: { name: args.name } });
  },
  show: showNothing,
});
