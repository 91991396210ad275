import type { Operation } from '@operations-center/contract';
import type { Terminal } from '../../call.ts';
import { type Command, defineCommand, showNothing } from '../../command.ts';
import { flag, flagOn, required } from '../../options.ts';
import { printableLine } from '../../output/printable.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { requireExtension } from '../../require-extension.ts';
import { confirmLoss } from './confirm-loss.ts';
import { findOperation } from './list-operations.ts';

/** What one comes to when the way out was a good one; `onward`: the end of the direction it works in. */
const ways = {
  cancel: { about: 'End an operation at its next step boundary and take back what it did', goal: 'undone' },
  retry: { about: 'Try again what failed: forward from that step, or back where taking back failed', goal: 'onward' },
  finish: { about: 'Go forward again from a way back that asks: what was taken back is done again', goal: 'finished' },
  skip: { about: 'Go on without the failed steps that allow it', goal: 'onward' },
  resume: { about: 'Go on with an operation that is paused, in its direction', goal: 'onward' },
  undo: { about: 'Take back what an operation did', goal: 'undone' },
  leave: { about: 'Leave everything as it stands and end the operation', goal: 'left' },
} as const;
type Verb = keyof typeof ways;

/** As the daemon says it of each operation; here for help only. */
const givesUp: ReadonlySet<Verb> = new Set(['skip', 'undo', 'leave']);

const wayOut = (verb: Verb): Command =>
  defineCommand({
    path: ['operation', verb],
    about: ways[verb].about,
    detail: `Says what it does before it does it.${givesUp.has(verb) ? ' It gives something up: it asks first, and where nobody can answer it needs --yes.' : ''}`,
    examples: [`operations-center operation ${verb} 3f9c1e`],
    args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
    options: {
      wait: flagOn('Watch it until it is over'),
      yes: flag('Do not ask; needed where nobody can answer, if something is given up', { short: 'y' }),
    },
    run: async ({ api, args, options, terminal, globals }) => {
      const operation = await findOperation(api, args.id);
      const { id } = operation;
      if (verb === 'finish') await requireExtension(api, 'operation_finish', 'the way out "finish"');
      await confirmWay(terminal, operation, verb, options.yes);
      await api.ask(`operation_${verb}`, { params: { id } });
      if (!options.wait) return;
      const ended = await followOperation({ api, id, terminal, globals });
      if (ended?.metadata.status !== goalOf(verb, operation)) requireFinished(ended, id);
    },
    show: showNothing,
  });

/** A way that is none now is not asked for: the daemon says why, and which there are. */
async function confirmWay(terminal: Terminal, operation: Operation, verb: Verb, isSure: boolean): Promise<void> {
  const way = operation.metadata.ways_out?.find(({ exit }) => exit === verb);
  if (way === undefined) return;
  const does = `${verb} ${printableLine(way.does)}`;
  terminal.stderr.write(`${printableLine(operation.description)}: ${does}\n`);
  if (way.loses) await confirmLoss(terminal, { loss: does, question: `Go on with ${verb}?`, isSure });
}

function goalOf(verb: Verb, { metadata }: Operation): Operation['metadata']['status'] {
  const { goal } = ways[verb];
  if (goal !== 'onward') return goal;
  return metadata.direction === 'back' ? 'undone' : 'finished';
}

const verbs = Object.keys(ways) as Verb[]; // the table has no other keys

export const operationWays: readonly Command[] = verbs.map(wayOut);
