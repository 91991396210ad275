import { defineCommand } from '../../command.ts';
import { flag, required, text } from '../../options.ts';
import { printable } from '../../output/printable.ts';
import { requireExtension } from '../../require-extension.ts';
import { requireFree, writeFile } from '../../write-file.ts';
import { writeTemplateFile } from '../cluster-template/write-template-file.ts';

export const clusterExportTemplate = defineCommand({
  path: ['provisioning', 'cluster', 'export-template'],
  about: 'Derive a cluster template from a living cluster',
  detail:
    'Prints one file for "cluster-template import", or keeps the template at once (--save-as). It is made of what was applied and of what is live. What belongs to this cluster alone – addresses, sources of pools, certificates, members of groups – becomes a variable with a type and an example; secrets become secret variables, and their values are told nowhere. --values writes the values of this cluster for all others.',
  examples: [
    'operations-center provisioning cluster export-template wonderful > branch.template.yaml',
    'operations-center provisioning cluster export-template wonderful --save-as branch --values wonderful.values.yaml',
  ],
  args: { name: required('The cluster', { names: 'clusters' }) },
  options: {
    'save-as': text('Keep it as the template of this name, and print nothing', { placeholder: 'name' }),
    values: text('Write the values of this cluster into a file', { names: 'files', placeholder: 'file' }),
    force: flag('Write over a file that is there'),
  },
  run: async ({ api, args, options, terminal }) => {
    await requireExtension(api, 'cluster_template_derive', 'deriving templates from clusters');
    if (options.values !== '' && !options.force) requireFree(options.values);
    const { writeDocument } = await import('@operations-center/documents');
    const { values, secrets, notes, server_overrides, ...template } = await api.ask('cluster_template_derive', {
      params: { name: args.name },
    });
    const named = { name: options['save-as'] || args.name, ...template };
    if (options['save-as'] !== '') await api.ask('cluster_templates_create', { body: toWish(named) });
    if (options.values !== '') {
      const asked = secrets.map((name) => `# ${name}: a secret, to be filled in\n`).join('');
      const own = Object.keys(values).length === 0 ? '' : writeDocument(values);
      writeFile(options.values, Buffer.from(`---\n${own}${asked}`), options.force);
    }
    const warn = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
    for (const note of notes) warn(`Note: ${note}`);
    if (Object.keys(server_overrides).length > 0) warn(`What single servers have: ${JSON.stringify(server_overrides)}`);
    return options['save-as'] === '' ? writeTemplateFile(named) : '';
  },
  show: (text) => text,
});

/** The same words as they are sent. */
const toWish = <T extends { variables: object | null }>(template: T) => ({
  ...template,
  variables: template.variables ?? {},
});
