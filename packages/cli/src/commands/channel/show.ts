import type { Channel, ServerAnswer } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { listClusters } from '../cluster/list-clusters.ts';
import { listServers } from '../server/list-servers.ts';

export const channelShow = defineCommand({
  path: ['provisioning', 'channel', 'show'],
  about: 'Show an update channel, and who follows it',
  examples: ['operations-center provisioning channel show stable'],
  args: { name: required('Its name', { names: 'channels' }) },
  options: { format: showFormat },
  run: async ({ api, args, options }) => {
    const channel = await api.ask('channel_show', { params: { name: args.name } });
    if (options.format !== '') return { channel, clusters: [], servers: [] };
    const [clusters, servers] = await Promise.all([listClusters(api), listServers(api)]);
    return {
      channel,
      clusters: clusters.filter((cluster) => cluster.channel === channel.name).map((cluster) => cluster.name),
      servers: servers.filter((server) => isAlone(server) && server.channel === channel.name).map(({ name }) => name),
    };
  },
  show: ({ channel, clusters, servers }, { options }) =>
    showObject(channel, options.format, () => channelText(channel, clusters, servers)),
});

/** Members follow the channel of their cluster. */
const isAlone = (server: ServerAnswer): boolean => server.cluster === '';

function channelText(channel: Channel, clusters: readonly string[], servers: readonly string[]): string {
  const lines = (names: readonly string[]) => names.map((name) => `- ${name}\n`).join('');
  return [
    fieldLines([
      ['Name', channel.name],
      ['Description', channel.description],
      ['Last Updated', showTime(channel.last_updated)],
    ]),
    // The missing colon is OC's.
    `Assigned Clusters\n${lines(clusters)}`,
    `Assigned Servers:\n${lines(servers)}`,
    'Linked Updates:\n',
  ].join('');
}
