import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const clusterResync = defineCommand({
  path: ['provisioning', 'cluster', 'resync'],
  about: 'Read the inventory of a cluster now',
  examples: ['operations-center provisioning cluster resync wonderful'],
  args: { name: required('Its name', { names: 'clusters' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('cluster_resync_inventory', { params: { name: args.name } });
  },
  show: showNothing,
});
