import { type Command, defineCommand, showNothing } from '../../command.ts';
import { flagOn, required } from '../../options.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { findOperation } from './list-operations.ts';

const ways = {
  cancel: { about: 'End an operation at its next step boundary and take back what it did', goal: 'undone' },
  retry: { about: 'Try again what failed, going on or taking back as before', goal: 'finished' },
  skip: { about: 'Go on without the failed steps that allow it', goal: 'finished' },
  resume: { about: 'Go on with an operation that is paused', goal: 'finished' },
  undo: { about: 'Take back what an operation did', goal: 'undone' },
  leave: { about: 'Leave everything as it stands and end the operation', goal: 'left' },
} as const;

const wayOut = (verb: keyof typeof ways): Command =>
  defineCommand({
    path: ['operation', verb],
    about: ways[verb].about,
    examples: [`operations-center operation ${verb} 3f9c1e`],
    args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
    options: { wait: flagOn('Watch it until it is over') },
    run: async ({ api, args, options, terminal, globals }) => {
      const { id } = await findOperation(api, args.id);
      await api.ask(`operation_${verb}`, { params: { id } });
      if (!options.wait) return;
      const ended = await followOperation({ api, id, terminal, globals });
      if (ended?.metadata.status !== ways[verb].goal) requireFinished(ended, id);
    },
    show: showNothing,
  });

const verbs = Object.keys(ways) as (keyof typeof ways)[]; // the table has no other keys

export const operationWays: readonly Command[] = verbs.map(wayOut);
