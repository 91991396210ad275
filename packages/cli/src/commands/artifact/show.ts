import type { Artifact } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printableLine } from '../../output/printable.ts';
import { propertyLines } from '../../output/properties.ts';
import { showSize } from '../../output/size.ts';
import { renderTable } from '../../output/table.ts';
import { showTime } from '../../output/time.ts';
import { artifactName, clusterName, loadArtifact } from './artifacts.ts';

export const artifactShow = defineCommand({
  path: ['provisioning', 'cluster', 'artifact', 'show'],
  about: 'Show an artifact and its files',
  examples: [
    'operations-center provisioning cluster artifact show wonderful terraform-configuration',
    'operations-center provisioning cluster artifact show wonderful plan -f json',
  ],
  args: { clusterName, artifactName },
  options: { format: showFormat },
  async run({ api, args }) {
    const artifact = await loadArtifact(api, args.clusterName, args.artifactName);
    return { artifact, text: await artifactText(artifact) };
  },
  show: ({ artifact, text }, { options }) => showObject(artifact, options.format, () => text),
});

async function artifactText(artifact: Artifact): Promise<string> {
  const headers = ['Filename', 'Mimetype', 'Size'];
  const rows = artifact.files.map((file) => [
    printableLine(file.name),
    printableLine(file.mime_type),
    showSize(file.size),
  ]);
  return [
    fieldLines([
      ['Name', artifact.name],
      ['Cluster', artifact.cluster],
      ['Description', artifact.description],
    ]),
    propertyLines(artifact.properties),
    'Files:\n',
    await renderTable({ headers, rows, free: [] }, 'compact', undefined),
    fieldLines([['Last Updated', showTime(artifact.last_updated)]]),
  ].join('');
}
