import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { loadTemplate } from './load-template.ts';

export const templateExport = defineCommand({
  path: ['provisioning', 'cluster-template', 'export'],
  about: 'Print a cluster template as one file, for "cluster-template import"',
  examples: ['operations-center provisioning cluster-template export branch > branch.template.yaml'],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {},
  run: async ({ api, args }) => {
    const { writeDocument } = await import('@operations-center/documents');
    const { name, description, variables, ...texts } = await loadTemplate(api, args.name);
    const { service_config_template, application_config_template } = texts;
    return writeDocument({ name, description, variables, service_config_template, application_config_template });
  },
  show: (text) => text,
});
