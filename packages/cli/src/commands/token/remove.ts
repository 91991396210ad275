import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';

export const tokenRemove = defineCommand({
  path: ['provisioning', 'token', 'remove'],
  about: 'Remove a registration token; servers that registered with it stay',
  examples: ['operations-center provisioning token remove 7533dc28-2935-4a0c-8c6d-8686b01d3a72'],
  args: { uuid: required('Its UUID', { names: 'tokens' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('token_delete', { params: { uuid: args.uuid } });
  },
  show: showNothing,
});
