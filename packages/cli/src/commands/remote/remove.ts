import { defineCommand, showNothing } from '../../command.ts';
import { loadRemotes, requireRemote, saveRemotes } from '../../configuration/remotes.ts';
import { required } from '../../options.ts';

export const remoteRemove = defineCommand({
  path: ['remote', 'remove'],
  about: 'Forget a remote; if it was selected, this host is asked again',
  examples: ['operations-center remote remove fleet'],
  args: { name: required('Its name', { names: 'remotes' }) },
  options: {},
  run: async ({ args, places }) => {
    const configuration = await loadRemotes(places.configuration);
    requireRemote(configuration, args.name);
    const { [args.name]: _, ...remotes } = configuration.remotes;
    const selected = configuration.default_remote === args.name ? '' : configuration.default_remote;
    saveRemotes(places.configuration, { default_remote: selected, remotes });
  },
  show: showNothing,
});
