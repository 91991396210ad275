import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { listFormat, showList } from '../../output/list.ts';
import { listTokens } from './list-tokens.ts';
import { tokenColumns } from './token-columns.ts';

export const tokenList = defineCommand({
  path: ['provisioning', 'token', 'list'],
  about: 'List the registration tokens',
  examples: ['operations-center provisioning token list', 'operations-center provisioning token list -f csv,header'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no token',
    from: 'Servers register with one: operations-center provisioning token add.',
  },
  run: ({ api }) => listTokens(api),
  show: (tokens, { options, terminal }) => showList(tokens, tokenColumns, options.format, terminalWidth(terminal)),
});
