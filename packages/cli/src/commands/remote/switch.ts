import { defineCommand, showNothing } from '../../command.ts';
import { loadRemotes, requireRemote, saveRemotes } from '../../configuration/remotes.ts';
import { required } from '../../options.ts';

export const remoteSwitch = defineCommand({
  path: ['remote', 'switch'],
  about: 'Select the daemon that is asked from now on',
  examples: ['operations-center remote switch fleet', 'operations-center remote switch local'],
  args: { name: required('Its name; local is the daemon on this host', { names: 'remotes' }) },
  options: {},
  run: async ({ args, places }) => {
    const configuration = await loadRemotes(places.configuration);
    if (args.name !== 'local') requireRemote(configuration, args.name);
    const selected = args.name === 'local' ? '' : args.name;
    saveRemotes(places.configuration, { ...configuration, default_remote: selected });
  },
  show: showNothing,
});
