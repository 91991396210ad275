import type { Artifact } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { type Terminal, terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { printable } from '../../output/printable.ts';
import { showTime } from '../../output/time.ts';
import { clusterName, listArtifacts } from './artifacts.ts';

const columns: readonly Column<Artifact>[] = [
  { header: 'Name', value: (artifact) => artifact.name },
  { header: 'Cluster', value: (artifact) => artifact.cluster },
  { header: 'Description', value: (artifact) => artifact.description, free: true },
  { header: 'Last Updated', value: (artifact) => showTime(artifact.last_updated) },
];

export const artifactList = defineCommand({
  path: ['provisioning', 'cluster', 'artifact', 'list'],
  about: 'List the artifacts of a cluster',
  examples: ['operations-center provisioning cluster artifact list wonderful'],
  args: { clusterName },
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no artifact',
    from: 'A cluster gets them when it is made.',
  },
  run: async ({ api, args, terminal }) => {
    const artifacts = await listArtifacts(api, args.clusterName);
    if (artifacts.length === 0) await warnOfUnknown(api, args.clusterName, terminal);
    return artifacts;
  },
  show: (artifacts, { options, terminal }) => showList(artifacts, columns, options.format, terminalWidth(terminal)),
});

/** Artifacts of an unknown cluster are none to OC, and its command succeeds; a person is told why there are none. */
async function warnOfUnknown(api: Api, cluster: string, { stderr }: Terminal): Promise<void> {
  const asked = await api.call('cluster_show', { params: { name: cluster } });
  if (asked.kind !== 'fault' || asked.status !== 404) return;
  stderr.write(
    printable(`Warning: there is no cluster ${JSON.stringify(cluster)}; operations-center provisioning cluster list\n`),
  );
}
