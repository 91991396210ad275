import type { Operation } from '@operations-center/contract';
import { isInteractive, type Terminal } from '../../call.ts';
import { type Command, defineCommand, showNothing } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { flag, flagOn, required } from '../../options.ts';
import { printableLine } from '../../output/printable.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { askLine } from '../../prompt.ts';
import { requireExtension } from '../../require-extension.ts';
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

const wayOut = (verb: Verb): Command =>
  defineCommand({
    path: ['operation', verb],
    about: ways[verb].about,
    detail: 'Says what it does before it does it; what loses something is asked for on a terminal.',
    examples: [`operations-center operation ${verb} 3f9c1e`],
    args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
    options: { wait: flagOn('Watch it until it is over'), yes: flag('Do not ask', { short: 'y' }) },
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
  terminal.stderr.write(`${printableLine(operation.description)}: ${verb} ${printableLine(way.does)}\n`);
  if (!way.loses || isSure || !isInteractive(terminal)) return;
  const answer = await askLine(terminal, `Go on with ${verb}? [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw new CliFailure({
    what: `${verb} was not confirmed; nothing was done`,
    fix: `Look first: operations-center operation show ${operation.id.slice(0, 8)}`,
    code: 'not_confirmed',
  });
}

function goalOf(verb: Verb, { metadata }: Operation): Operation['metadata']['status'] {
  const { goal } = ways[verb];
  if (goal !== 'onward') return goal;
  return metadata.direction === 'back' ? 'undone' : 'finished';
}

const verbs = Object.keys(ways) as Verb[]; // the table has no other keys

export const operationWays: readonly Command[] = verbs.map(wayOut);
