import type { OptionValues } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, list, text } from '../../options.ts';
import { readDocumentFile } from '../../read-document.ts';
import { readValuesFile } from '../cluster-template/read-values-file.ts';
import { readApplicationFile, readOverridesFile, readServicesFile } from './cluster-files.ts';
import { findOddConnectionUrl, requireUsableUrl } from './connection-url.ts';

const file = { names: 'files', placeholder: 'file' } as const;

/** What says how a cluster shall be: the same for making it, checking it and planning it. */
export const creationOptions = {
  'server-names': list('The servers, in the order in which they join', {
    short: 's',
    placeholder: 'names',
    required: true,
    names: 'servers',
  }),
  'services-config': text('Configuration of the IncusOS services', { short: 'c', ...file }),
  'application-seed-config': text('Configuration of Incus: a preseed', { short: 'a', ...file }),
  'server-type': text('What runs on the servers', { short: 't', initial: 'incus', placeholder: 'type' }),
  channel: text('Update channel; without it the default for servers', { names: 'channels' }),
  description: text('What it is for'),
  properties: text('Free words about it: a map', file),
  'cluster-template': text('Template to make it from', { names: 'cluster-templates', placeholder: 'name' }),
  'cluster-template-variables': text('Values for the template', file),
  'server-overrides': text('What single servers get otherwise: services, pools, networks', file),
  'builtin-variables': flag('Resolve @SERVER_NAME@ and the like in the files; in a template they always are'),
  'allow-unknown': flag('Let pass, with a warning, what a newer IncusOS or Incus may have'),
};

type CreationOptions = OptionValues<typeof creationOptions>;

/** What was typed in the files is checked by the daemon, whose answer names the field. */
export type CreationBody = Record<string, unknown>;

/** Reads the files, and puts all together as the daemon takes it. */
export async function readCreation(
  name: string,
  /** Undefined: not said, which only a check may leave open. */
  connectionUrl: string | undefined,
  options: CreationOptions,
  warn: (line: string) => void,
): Promise<CreationBody> {
  checkTemplate(options);
  if (connectionUrl !== undefined) requireUsableUrl(connectionUrl);
  const odd = findOddConnectionUrl(connectionUrl ?? '');
  if (odd !== undefined) warn(`Warning: connection URL ${JSON.stringify(connectionUrl)}: ${odd}`);
  return {
    name,
    connection_url: connectionUrl ?? '',
    channel: options.channel,
    description: options.description,
    properties: options.properties === '' ? {} : await readDocumentFile(options.properties),
    server_names: [...options['server-names']],
    server_type: options['server-type'],
    services_config: await readServicesFile(options['services-config'], wayOf(options), warn),
    application_seed_config: await readApplicationFile(
      options['application-seed-config'],
      options['allow-unknown'],
      warn,
    ),
    ...(options['allow-unknown'] ? { allow_unknown: true } : {}),
    ...(options['cluster-template'] === ''
      ? {}
      : {
          cluster_template: options['cluster-template'],
          cluster_template_variable_values: await readValuesFile(options['cluster-template-variables'], warn),
        }),
    ...(options['server-overrides'] === ''
      ? {}
      : {
          server_overrides: await readOverridesFile(
            options['server-overrides'],
            { ...wayOf(options), servers: options['server-names'] },
            warn,
          ),
        }),
    ...(options['builtin-variables'] ? { builtin_variables: true } : {}),
  };
}

const wayOf = (options: CreationOptions) => ({
  allowUnknown: options['allow-unknown'],
  builtIns: options['builtin-variables'],
});

/** OC's rules: a template brings both configurations, and needs its values. */
function checkTemplate(options: CreationOptions): void {
  const template = options['cluster-template'] !== '';
  const variables = options['cluster-template-variables'] !== '';
  const files = options['services-config'] !== '' || options['application-seed-config'] !== '';
  if (template && files)
    throw new UsageFailure(
      '--cluster-template excludes --services-config and --application-seed-config',
      'A template brings both; leave out the one or the others.',
    );
  if (template && !variables)
    throw new UsageFailure('--cluster-template-variables is missing', 'A template needs a file with its values.');
  if (!template && variables)
    throw new UsageFailure(
      '--cluster-template-variables needs --cluster-template',
      'Name the template: --cluster-template NAME.',
    );
}
