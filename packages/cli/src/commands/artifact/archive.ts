import { defineCommand } from '../../command.ts';
import { flag, required } from '../../options.ts';
import { showSize } from '../../output/size.ts';
import { requireFree, writeFile } from '../../write-file.ts';
import { artifactName, clusterName, downloadArchive, downloadFile } from './artifacts.ts';

export const force = flag('Replace what is there already');

export const artifactArchive = defineCommand({
  path: ['provisioning', 'cluster', 'artifact', 'archive'],
  about: 'Write all files of an artifact into a zip archive',
  examples: ['operations-center provisioning cluster artifact archive wonderful terraform-configuration wonderful.zip'],
  args: { clusterName, artifactName, 'target-file.zip': required('The file to write', { names: 'files' }) },
  options: { force },
  async run({ api, args, options }) {
    const target = args['target-file.zip'];
    if (!options.force) requireFree(target);
    const bytes = await downloadArchive(api, args.clusterName, args.artifactName);
    writeFile(target, bytes, options.force);
    return told(bytes.length, target);
  },
  show: (text, { globals }) => (globals.quiet ? '' : text),
});

export const artifactFile = defineCommand({
  path: ['provisioning', 'cluster', 'artifact', 'file'],
  about: 'Write one file of an artifact',
  examples: ['operations-center provisioning cluster artifact file wonderful plan plan.json plan.json'],
  args: {
    clusterName,
    artifactName,
    filename: required('The file of the artifact', { names: 'artifact-files' }),
    'target-file.zip': required('The file to write', { names: 'files' }),
  },
  options: { force },
  async run({ api, args, options }) {
    const target = args['target-file.zip'];
    if (!options.force) requireFree(target);
    const bytes = await downloadFile(api, args.clusterName, args.artifactName, args.filename);
    writeFile(target, bytes, options.force);
    return told(bytes.length, target);
  },
  show: (text, { globals }) => (globals.quiet ? '' : text),
});

const told = (bytes: number, target: string): string => `Successfully written ${showSize(bytes)} to "${target}"\n`;
