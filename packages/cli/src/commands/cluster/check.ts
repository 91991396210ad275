import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { AnswersNo } from '../../failures/failure.ts';
import { flag, list, optional, required } from '../../options.ts';
import { listFormat } from '../../output/list.ts';
import { printable } from '../../output/printable.ts';
import { requireExtension } from '../../require-extension.ts';
import { creationOptions, readCreation } from './creation-request.ts';
import { showFindings } from './show-findings.ts';

export const clusterCheck = defineCommand({
  path: ['provisioning', 'cluster', 'check'],
  about: 'Look for what would keep a cluster from being made',
  detail:
    'Takes what "cluster add" takes, runs every check on what we know and on the live servers, and changes nothing. Each problem stands with what was seen, why it is one, and what to do. Exits with 1 if something blocks.',
  examples: [
    'operations-center provisioning cluster check wonderful -s server1,server2,server3 -c services.yaml -a application.yaml',
    'operations-center provisioning cluster check wonderful -s server1,server2 --ignore member-count --all',
  ],
  args: { name: required('Its name'), 'connection-url': optional('Where people will reach it') },
  options: {
    ...creationOptions,
    ignore: list('Names of checks that may block', { placeholder: 'checks' }),
    all: flag('Show also what is well, and what was not looked at'),
    format: listFormat,
  },
  run: async ({ api, args, options, terminal }) => {
    await requireExtension(api, 'cluster_preflight', 'checking before a cluster is made');
    const warn = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
    const body = await readCreation(args.name, args['connection-url'], options, warn);
    return api.ask('clusters_preflight', { body: { ...body, ignore: [...options.ignore] } });
  },
  show: async (preflight, { options, terminal }) => {
    const { format, all } = options;
    const text = await showFindings(preflight, { format, all, width: terminalWidth(terminal) });
    if (preflight.blocked) throw new AnswersNo(text);
    return text;
  },
});
