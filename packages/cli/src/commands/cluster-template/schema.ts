import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { loadTemplate } from './load-template.ts';

export const templateSchema = defineCommand({
  path: ['provisioning', 'cluster-template', 'schema'],
  about: 'Show the JSON Schema of the file of values that a cluster template takes',
  detail: 'An editor that is given it completes the names of variables and marks what is wrong.',
  examples: ['operations-center provisioning cluster-template schema branch > branch.schema.json'],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {},
  run: async ({ api, args }) => {
    const { schemaOfValues } = await import('@operations-center/documents');
    const { name, variables, rules } = await loadTemplate(api, args.name);
    return schemaOfValues(name, variables, rules);
  },
  show: (schema) => `${JSON.stringify(schema, null, 2)}\n`,
});
