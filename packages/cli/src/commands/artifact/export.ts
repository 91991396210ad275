import { join } from 'node:path';
import { defineCommand } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { makeFolder } from '../../make-folder.ts';
import { required } from '../../options.ts';
import { showSize } from '../../output/size.ts';
import { requireFree, writeFile } from '../../write-file.ts';
import { force } from './archive.ts';
import { artifactName, clusterName, downloadFile, loadArtifact } from './artifacts.ts';

export const artifactExport = defineCommand({
  path: ['provisioning', 'cluster', 'artifact', 'export'],
  about: 'Write all files of an artifact into a folder',
  detail: 'The folder is made if it is not there. Nothing is written if one of the files is there already.',
  examples: ['operations-center provisioning cluster artifact export wonderful terraform-configuration wonderful'],
  args: { clusterName, artifactName, folder: required('The folder', { names: 'files' }) },
  options: { force },
  async run({ api, args, options }) {
    const { files } = await loadArtifact(api, args.clusterName, args.artifactName);
    const targets = files.map(({ name }) => ({ name, path: join(args.folder, requirePlain(name)) }));
    makeFolder(args.folder, 'Name a folder where this user may write.');
    if (!options.force) for (const { path } of targets) requireFree(path);
    let total = 0;
    for (const { name, path } of targets) {
      const bytes = await downloadFile(api, args.clusterName, args.artifactName, name);
      writeFile(path, bytes, options.force);
      total += bytes.length;
    }
    const count = targets.length === 1 ? '1 file' : `${targets.length} files`;
    return `Successfully written ${count}, ${showSize(total)}, to "${args.folder}"\n`;
  },
  show: (text, { globals }) => (globals.quiet ? '' : text),
});

/** A name that could lead out of the folder comes from no daemon of ours. */
function requirePlain(name: string): string {
  if (/^[\w][\w. -]*$/.test(name)) return name;
  throw new CliFailure({
    what: `the daemon names a file ${JSON.stringify(name)}, which is no plain name`,
    why: 'Nothing was written: it could lie outside the folder.',
    fix: 'See which daemon is asked: operations-center remote list.',
    code: 'file_name_unsafe',
  });
}
