import type { Channel } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';

const channelColumns: readonly Column<Channel>[] = [
  { header: 'Name', value: (channel) => channel.name },
  { header: 'Description', value: (channel) => channel.description, free: true },
  { header: 'Last Updated', value: (channel) => showTime(channel.last_updated) },
];

/** With recursion the daemon answers objects, never URLs. */
export const listChannels = async (api: Api): Promise<Channel[]> =>
  (await api.ask('channels_list', { query: { recursion: '1' } })) as Channel[];

export const channelList = defineCommand({
  path: ['provisioning', 'channel', 'list'],
  about: 'List the update channels',
  examples: ['operations-center provisioning channel list'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no channel',
    from: 'Without one no server can register.',
  },
  run: ({ api }) => listChannels(api),
  show: (channels, { options, terminal }) =>
    showList(channels, channelColumns, options.format, terminalWidth(terminal)),
});
