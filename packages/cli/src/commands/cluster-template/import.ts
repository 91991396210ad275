import type { Api } from '../../api.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { flag, required, text } from '../../options.ts';
import { printable } from '../../output/printable.ts';
import { readDocument } from '../../read-document.ts';
import { readTextFile } from '../../read-file.ts';
import { warnOfTemplate } from './warn-of-template.ts';

const keys = ['name', 'description', 'variables', 'service_config_template', 'application_config_template', 'rules'];

export const templateImport = defineCommand({
  path: ['provisioning', 'cluster-template', 'import'],
  about: 'Keep a cluster template from one file, as "cluster-template export" printed it',
  examples: [
    'operations-center provisioning cluster-template import branch.template.yaml',
    'operations-center provisioning cluster-template import branch.template.yaml --name branch2 --replace',
  ],
  args: { file: required('The file', { names: 'files' }) },
  options: {
    name: text('Its name, if not the one in the file'),
    replace: flag('If there is one of that name, make this its next revision'),
  },
  run: async ({ api, args, options, terminal }) => {
    const { name: written, ...document } = await readDocument(args.file, readTextFile(args.file), keys);
    const name = options.name || (typeof written === 'string' ? written : '');
    if (name === '')
      throw new CliFailure({
        what: `${args.file} names no template`,
        fix: 'Name it: --name NAME.',
        code: 'name_missing',
      });
    const body = {
      description: '',
      service_config_template: '',
      application_config_template: '',
      variables: {},
      ...document,
    };
    const before = options.replace ? await findTemplate(api, name) : undefined;
    if (before !== undefined) {
      await api.ask('cluster_template_update', { params: { name }, body });
      if ((await findTemplate(api, name)) === before)
        terminal.stderr.write(`${printable(name)} is just so already: no revision was made.\n`);
    } else await api.ask('cluster_templates_create', { body: { name, ...body } });
    // What was no text and no map was refused by the daemon, which names the field.
    await warnOfTemplate(body, terminal);
  },
  show: showNothing,
});

/** As a text, so that two of them can be compared; undefined: there is none. */
async function findTemplate(api: Api, name: string): Promise<string | undefined> {
  const shown = await api.call('cluster_template_show', { params: { name } }).catch(async (error: unknown) => {
    throw await api.explain(error);
  });
  return shown.kind === 'ok' ? JSON.stringify(shown.metadata) : undefined;
}
