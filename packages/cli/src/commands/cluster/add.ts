import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { flagOn, required } from '../../options.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { type CreationBody, creationOptions, readCreation } from './creation-request.ts';

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
    ...creationOptions,
    wait: flagOn('Wait until the cluster stands; --wait=false returns at once'),
  },
  run: async ({ api, args, options, terminal, globals }) => {
    const warn = (line: string) => {
      if (!globals.quiet) terminal.stderr.write(`${line}\n`);
    };
    const body = await readCreation(args.name, args['connection-url'], options, warn);
    const id = await startCreation(api, body);
    if (id === undefined) return;
    if (!options.wait) return tellOperation(terminal, id);
    const operation = await followOperation({ api, id, terminal, globals });
    for (const { message } of operation?.metadata.warnings ?? []) warn(`Warning: ${message}`);
    requireFinished(operation, id);
  },
  show: showNothing,
});

/** The operation's id; undefined if the daemon is OC's, which answers when the cluster stands. */
async function startCreation(api: Api, body: CreationBody): Promise<string | undefined> {
  const follows = await api.announces('operations');
  const result = await api
    .call('clusters_create', {
      body,
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
