import { defineCommand } from '../../command.ts';
import { flag, required } from '../../options.ts';
import { writeYaml } from '../../output/yaml.ts';
import { loadTemplate } from './load-template.ts';

export const templateConvert = defineCommand({
  path: ['provisioning', 'cluster-template', 'convert'],
  about: 'Propose a type for each variable of a cluster template that has none',
  detail:
    'The types are told by the defaults, so that the same comes out with them. Prints the definitions; with --save they are the next revision of the template.',
  examples: [
    'operations-center provisioning cluster-template convert branch',
    'operations-center provisioning cluster-template convert branch --save',
  ],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: { save: flag('Save the template with them') },
  run: async ({ api, args, options }) => {
    const { proposeTypes } = await import('@operations-center/documents');
    const { name, last_updated: _, ...template } = await loadTemplate(api, args.name);
    const variables = proposeTypes(template);
    if (options.save) await api.ask('cluster_template_update', { params: { name }, body: { ...template, variables } });
    return variables;
  },
  show: (variables) => writeYaml(variables, 2),
});
