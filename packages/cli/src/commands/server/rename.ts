import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const serverRename = defineCommand({
  path: ['provisioning', 'server', 'rename'],
  about: 'Rename a server that is in no cluster',
  examples: ['operations-center provisioning server rename server1 alpha'],
  args: { name: required('Its name', { names: 'servers' }), 'new-name': required('The new name') },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('server_rename', { params: { name: args.name }, body: { name: args['new-name'] } });
  },
  show: showNothing,
});
