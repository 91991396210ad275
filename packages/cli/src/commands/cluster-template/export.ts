import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { loadTemplate } from './load-template.ts';
import { writeTemplateFile } from './write-template-file.ts';

export const templateExport = defineCommand({
  path: ['provisioning', 'cluster-template', 'export'],
  about: 'Print a cluster template as one file, for "cluster-template import"',
  examples: ['operations-center provisioning cluster-template export branch > branch.template.yaml'],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {},
  run: async ({ api, args }) => {
    return writeTemplateFile(await loadTemplate(api, args.name));
  },
  show: (text) => text,
});
