import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const serverRemove = defineCommand({
  path: ['provisioning', 'server', 'remove'],
  about: 'Forget a server that is in no cluster; nothing is sent to it',
  examples: ['operations-center provisioning server remove server1'],
  args: { name: required('Its name', { names: 'servers' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('server_delete', { params: { name: args.name } });
  },
  show: showNothing,
});
