import { defineCommand, showNothing } from '../../command.ts';
import { requireExtension } from '../../require-extension.ts';

export const adminGo = defineCommand({
  path: ['admin', 'go'],
  about: 'Let a daemon work again that is held after a restore',
  detail:
    'A restored daemon polls its servers and changes nothing, for they may have moved on since the backup. Before you\n' +
    'say go, see that the daemon which was backed up does not run any more. Open operations stay paused: resume or undo each.',
  examples: ['operations-center admin go'],
  args: {},
  options: {},
  run: async ({ api, terminal }) => {
    await requireExtension(api, 'restore_hold', 'what it is to be held');
    const { was_held, paused } = await api.ask('system_go');
    terminal.stderr.write(was_held ? 'It works again.\n' : 'It was not held.\n');
    if (paused === 0) return;
    const operations = paused === 1 ? '1 operation is' : `${paused} operations are`;
    terminal.stderr.write(`${operations} paused: operations-center operation list\n`);
  },
  show: showNothing,
});
