import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { loadRemotes } from '../../configuration/remotes.ts';
import { listFormat, showList } from '../../output/list.ts';

export const remoteList = defineCommand({
  path: ['remote', 'list'],
  about: 'List the daemons that can be asked',
  examples: ['operations-center remote list'],
  args: {},
  options: { format: listFormat },
  run: async ({ places }) => {
    const { default_remote: selected, remotes } = await loadRemotes(places.configuration);
    const mark = (name: string, current: boolean) => (current ? `${name} (current)` : name);
    const local = { name: mark('local', !(selected in remotes)), address: 'unix://', auth_type: 'file access' };
    return [
      local,
      ...Object.entries(remotes).map(([name, remote]) => ({
        name: mark(name, name === selected),
        address: remote.addr,
        auth_type: remote.auth_type,
      })),
    ];
  },
  show: (rows, { options, terminal }) =>
    showList(
      rows,
      [
        { header: 'Name', value: (row) => row.name, sorted: false },
        { header: 'Address', value: (row) => row.address, sorted: false },
        { header: 'Auth Type', value: (row) => row.auth_type, sorted: false },
      ],
      options.format,
      terminalWidth(terminal),
    ),
});
