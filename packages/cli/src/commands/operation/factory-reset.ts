import type { FactoryResetVerdict } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { AnswersNo, CliFailure } from '../../failures/failure.ts';
import { flag, optional, required } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { requireExtension } from '../../require-extension.ts';
import { confirmLoss } from './confirm-loss.ts';
import { findOperation } from './list-operations.ts';

export const operationFactoryReset = defineCommand({
  path: ['operation', 'factory-reset'],
  about:
    'Say whether the servers of an operation could be reset to factory state, and if not, why; with SERVER: reset it',
  detail:
    'A way out where taking back has failed. Without SERVER nothing is changed. With it everything on the system disk of that server is lost; it registers anew, under its name and with its network, and is waited for.',
  examples: [
    'operations-center operation factory-reset 3f9c1e',
    'operations-center operation factory-reset 3f9c1e server2',
    'operations-center operation factory-reset 3f9c1e server2 --yes',
  ],
  args: {
    id: required('Its id; the first characters are enough', { names: 'operations' }),
    server: optional('The one of its servers that is reset', { names: 'servers' }),
  },
  options: { yes: flag('Do not ask; needed where nobody can answer', { short: 'y' }), format: showFormat },
  run: async (call) => {
    const { api, args, options, terminal, globals } = call;
    const { id } = await findOperation(api, args.id);
    if (args.server === undefined) return api.ask('operation_factory_reset', { params: { id } });
    await requireExtension(api, 'operation_factory_reset', 'factory resets');
    await requirePossible(api, id, args.server);
    await confirmReset(terminal, args.server, options.yes);
    const reset = await begin(api, id, args.server);
    requireFinished(await followOperation({ api, id: reset, terminal, globals }), reset);
    terminal.stderr.write(
      `${args.server} is back. Go on with the operation: operations-center operation retry ${id}\n`,
    );
    return undefined;
  },
  show(verdict, { options }) {
    if (verdict === undefined) return '';
    const text = showObject(verdict, options.format, () => verdictText(verdict));
    // A script asks by the exit code.
    if (!verdict.possible) throw new AnswersNo(text);
    return text;
  },
});

/** Said before anybody is asked: a question about what cannot be done is none. */
async function requirePossible(api: Api, id: string, server: string): Promise<void> {
  const { servers } = await api.ask('operation_factory_reset', { params: { id } });
  const found = servers.find(({ name }) => name === server);
  if (found === undefined) {
    throw new CliFailure({
      what: `operation ${id.slice(0, 8)} is not about a server "${server}"`,
      fix: `Its servers: ${servers.map(({ name }) => name).join(', ')}.`,
      code: 'server_not_found',
    });
  }
  if (found.possible || found.reset !== null) return;
  throw new CliFailure({
    what: `${server} cannot be reset to factory state; nothing was done`,
    why: found.because.map(({ condition, because }) => `${condition}: ${because}`).join('\n'),
    fix: `Change what stands in the way, then look again: operations-center operation factory-reset ${id.slice(0, 8)}.`,
    code: 'factory_reset_not_possible',
  });
}

async function begin(api: Api, id: string, server: string): Promise<string> {
  const begun = await api.ask('operation_reset_server', { params: { id }, body: { server } });
  return begun.id;
}

function confirmReset(terminal: Terminal, server: string, isSure: boolean): Promise<void> {
  const loss = `everything on the system disk of ${server} is lost`;
  return confirmLoss(terminal, { loss, question: `Reset ${server} to factory state: ${loss}. Go on?`, isSure });
}

export const verdictText = ({ servers }: FactoryResetVerdict): string =>
  servers
    .map(({ name, because, reset }) => {
      if (reset != null) return `${name}: was reset, ${reset.at}\n`;
      if (because.length === 0) return `${name}: possible\n`;
      const reasons = because.map((one) => `  ${one.condition}: ${one.because}\n`);
      return `${name}: not possible, because\n${reasons.join('')}`;
    })
    .join('');
