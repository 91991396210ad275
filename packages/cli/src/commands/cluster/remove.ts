import { defineCommand, showNothing } from '../../command.ts';
import { flag, required } from '../../options.ts';

export const clusterRemove = defineCommand({
  path: ['provisioning', 'cluster', 'remove'],
  about: 'Remove a cluster',
  detail:
    'A cluster that is being made is taken back. With --force any cluster is forgotten, and its servers are left as they are.',
  examples: [
    'operations-center provisioning cluster remove wonderful',
    'operations-center provisioning cluster remove wonderful --force',
  ],
  args: { name: required('Its name', { names: 'clusters' }) },
  options: { force: flag('Forget it and leave its servers as they are', { short: 'f' }) },
  run: async ({ api, args, options, terminal }) => {
    await api.ask('cluster_delete', {
      params: { name: args.name },
      query: { mode: options.force ? 'force' : 'normal' },
    });
    if (!options.force) return;
    terminal.stderr.write(
      'WARNING: --force changed nothing on the servers: if they are a cluster, nobody manages it now.\n',
    );
  },
  show: showNothing,
});
