import type { CallOptions, clusterRoutes } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, flagOn, list, required, text } from '../../options.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { readDocumentFile } from '../../read-document.ts';
import { readApplicationFile, readServicesFile } from './cluster-files.ts';

const file = { names: 'files', placeholder: 'file' } as const;

export const clusterAdd = defineCommand({
  path: ['provisioning', 'cluster', 'add'],
  about: 'Make a cluster of registered servers',
  detail:
    'The first server is bootstrapped, the others join it in the order given. On a terminal progress is shown and Ctrl-C asks; elsewhere each event is a line on stderr. If it fails, what was made is taken back.',
  examples: [
    'operations-center provisioning cluster add wonderful https://10.0.0.11:8443 -s server1,server2,server3 -c services.yaml -a application.yaml',
    'operations-center provisioning cluster add small https://10.0.0.21:8443 -s server7 --wait=false',
  ],
  args: { name: required('Its name'), 'connection-url': required('Where people reach it: https://ADDRESS:8443') },
  options: {
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
    'cluster-template': text('Template to make it from'),
    'cluster-template-variables': text('Values for the template', file),
    'allow-unknown': flag('Let services pass that this release does not know'),
    wait: flagOn('Wait until the cluster stands; --wait=false returns at once'),
  },
  run: async ({ api, args, options, terminal, globals }) => {
    checkTemplate(options);
    const warn = (line: string) => {
      if (!globals.quiet) terminal.stderr.write(`${line}\n`);
    };
    const body = {
      name: args.name,
      connection_url: args['connection-url'],
      channel: options.channel,
      description: options.description,
      properties: options.properties === '' ? {} : await readDocumentFile(options.properties),
      server_names: [...options['server-names']],
      server_type: options['server-type'],
      services_config: await readServicesFile(options['services-config'], options['allow-unknown'], warn),
      application_seed_config: await readApplicationFile(options['application-seed-config'], warn),
      ...(options['cluster-template'] === ''
        ? {}
        : {
            cluster_template: options['cluster-template'],
            cluster_template_variable_values: await readDocumentFile(options['cluster-template-variables']),
          }),
    };
    const id = await startCreation(api, body);
    if (id === undefined) return;
    if (!options.wait) return tellOperation(terminal, id);
    const operation = await followOperation({ api, id, terminal, globals });
    for (const { message } of operation?.metadata.warnings ?? []) warn(`Warning: ${message}`);
    requireFinished(operation, id);
  },
  show: showNothing,
});

/** What was typed in the files is checked by the daemon, whose answer names the field. */
type CreationBody = CallOptions<typeof clusterRoutes.clusters_create>['body'];

type TemplateOptions = Readonly<
  Record<'cluster-template' | 'cluster-template-variables' | 'services-config' | 'application-seed-config', string>
>;

/** OC's rules: a template brings both configurations, and needs its values. */
function checkTemplate(options: TemplateOptions): void {
  const template = options['cluster-template'] !== '';
  const variables = options['cluster-template-variables'] !== '';
  const files = options['services-config'] !== '' || options['application-seed-config'] !== '';
  if (template && files)
    throw new UsageFailure('--cluster-template excludes --services-config and --application-seed-config');
  if (template && !variables)
    throw new UsageFailure('--cluster-template-variables is missing', 'A template needs a file with its values.');
  if (!template && variables) throw new UsageFailure('--cluster-template-variables needs --cluster-template');
}

/** The operation's id; undefined if the daemon is OC's, which answers when the cluster stands. */
async function startCreation(api: Api, body: CreationBody): Promise<string | undefined> {
  const follows = await api.announces('operations');
  const result = await api
    .call('clusters_create', {
      ...(body === undefined ? {} : { body }),
      ...(follows ? { headers: { prefer: 'respond-async' } } : {}),
    })
    .catch(async (error: unknown) => {
      throw await api.explain(error);
    });
  api.unwrap(result);
  const operation = result.kind === 'ok' ? result.operation : '';
  return operation === '' ? undefined : operation.split('/').at(-1);
}

function tellOperation(terminal: Terminal, id: string): void {
  terminal.stderr.write(`operation ${id}\nSee it: operations-center operation wait ${id}\n`);
}
