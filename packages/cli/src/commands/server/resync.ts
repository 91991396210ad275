import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const serverResync = defineCommand({
  path: ['provisioning', 'server', 'resync'],
  about: 'Ask a server for everything now, and wait for it',
  examples: ['operations-center provisioning server resync server1'],
  args: { name: required('Its name', { names: 'servers' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('server_resync', { params: { name: args.name } });
  },
  show: showNothing,
});
