import type { Artifact } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
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
  run: ({ api, args }) => listArtifacts(api, args.clusterName),
  show: (artifacts, { options, terminal }) => showList(artifacts, columns, options.format, terminalWidth(terminal)),
});
