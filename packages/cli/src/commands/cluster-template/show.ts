import type { ClusterTemplate } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { writeYaml } from '../../output/yaml.ts';

export const templateShow = defineCommand({
  path: ['provisioning', 'cluster-template', 'show'],
  about: 'Show a cluster template',
  examples: [
    'operations-center provisioning cluster-template show branch',
    'operations-center provisioning cluster-template show branch -f yaml',
  ],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: { format: showFormat },
  run: ({ api, args }) => api.ask('cluster_template_show', { params: { name: args.name } }),
  show: (template, { options }) => showObject(template, options.format, () => templateText(template)),
});

const templateText = (template: ClusterTemplate): string =>
  [
    fieldLines([
      ['Name', template.name],
      ['Description', template.description],
    ]),
    indented('Service config template', template.service_config_template),
    indented('Application config template', template.application_config_template),
    indented('Variables', writeYaml(template.variables ?? {}, 4)),
    ...(template.rules === undefined ? [] : [indented('Rules', writeYaml(template.rules, 4))]),
    fieldLines([['Last Updated', showTime(template.last_updated)]]),
  ].join('');

/** A text as it is, four further in: the line behind its last newline, too. */
const indented = (name: string, text: string): string =>
  `${name}:\n${text
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`;
