import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { findOperation } from './list-operations.ts';

export const operationWait = defineCommand({
  path: ['operation', 'wait'],
  aliases: ['watch'],
  about: 'Watch an operation until it is over or needs a person',
  detail: 'Exit code 0: it reached its goal; 1: it did not.',
  examples: ['operations-center operation wait 3f9c1e'],
  args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
  options: {},
  run: async ({ api, args, terminal, globals }) => {
    const { id } = await findOperation(api, args.id);
    requireFinished(await followOperation({ api, id, terminal, globals }), id);
  },
  show: showNothing,
});
