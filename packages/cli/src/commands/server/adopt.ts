import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';
import { requireExtension } from '../../require-extension.ts';

export const serverAdopt = defineCommand({
  path: ['provisioning', 'server', 'adopt'],
  about: 'Put a server that registered anew in the place of the one whose ids it claims',
  detail:
    'A machine that comes with known ids but another certificate becomes a server of its own, for example server1-2. This command says that it is the same machine.',
  examples: ['operations-center provisioning server adopt server1-2 server1'],
  args: {
    name: required('The server that registered anew', { names: 'servers' }),
    replaces: required('The server whose place it takes', { names: 'servers' }),
  },
  options: {},
  run: async ({ api, args }) => {
    await requireExtension(api, 'server_adopt', 'adopting servers');
    await api.ask('server_adopt', { params: { name: args.name }, body: { replaces: args.replaces } });
  },
  show: showNothing,
});
