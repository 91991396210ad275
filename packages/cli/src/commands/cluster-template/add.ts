import { defineCommand, showNothing } from '../../command.ts';
import { explainProblems } from '../../failures/problems.ts';
import { required, text } from '../../options.ts';
import { readTextFile } from '../../read-file.ts';
import { warnOfTemplate } from './warn-of-template.ts';

const file = { names: 'files', placeholder: 'file' } as const;

export const templateAdd = defineCommand({
  path: ['provisioning', 'cluster-template', 'add'],
  about: 'Keep a new cluster template',
  detail:
    'The two files are the configurations of "cluster add" with @NAME@ where a value shall stand. The file of variables says for each NAME what it is: a map with description and default, which is empty or absent if a value must be given. A variable with a type (string, integer, boolean, list, ip, size …) is checked, and no value of it can change anything else; enum, pattern, min, max, secret, required, example, title and group can be said of it, too.',
  examples: [
    'operations-center provisioning cluster-template add branch -c services.yaml -a application.yaml --variables variables.yaml',
  ],
  args: { name: required('Its name') },
  options: {
    'services-config': text('Configuration of the IncusOS services, with variables', { short: 'c', ...file }),
    'application-seed-config': text('Configuration of Incus, with variables', { short: 'a', ...file }),
    variables: text('What the variables are', file),
    rules: text('What values must satisfy together: a list of {rule, message}', file),
    description: text('What it is for'),
  },
  run: async ({ api, args, options, terminal }) => {
    const read = (path: string) => (path === '' ? '' : readTextFile(path));
    const body = {
      name: args.name,
      description: options.description,
      service_config_template: read(options['services-config']),
      application_config_template: read(options['application-seed-config']),
      variables: options.variables === '' ? {} : await readVariables(options.variables),
      ...(options.rules === '' ? {} : { rules: await readRules(options.rules) }),
    };
    await warnOfTemplate(body, terminal);
    await api.ask('cluster_templates_create', { body });
  },
  show: showNothing,
});

async function readVariables(path: string) {
  const { parseVariables } = await import('@operations-center/documents');
  const text = readTextFile(path);
  const parsed = parseVariables(text, path);
  if (!parsed.ok) throw explainProblems(parsed.problems, text);
  return parsed.value;
}

async function readRules(path: string) {
  const { parseRules } = await import('@operations-center/documents');
  const text = readTextFile(path);
  const parsed = parseRules(text, path);
  if (!parsed.ok) throw explainProblems(parsed.problems, text);
  return parsed.value;
}
