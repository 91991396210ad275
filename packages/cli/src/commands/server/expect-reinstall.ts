import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';
import { requireExtension } from '../../require-extension.ts';

export const serverExpectReinstall = defineCommand({
  path: ['provisioning', 'server', 'expect-reinstall'],
  about: 'Let the next registration with the ids of this server take its place, within a day',
  examples: ['operations-center provisioning server expect-reinstall server1'],
  args: { name: required('Its name', { names: 'servers' }) },
  options: {},
  run: async ({ api, args }) => {
    await requireExtension(api, 'server_adopt', 'expecting a reinstall');
    await api.ask('server_expect_reinstall', { params: { name: args.name } });
  },
  show: showNothing,
});
