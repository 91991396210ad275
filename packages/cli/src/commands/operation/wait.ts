import { defineCommand, showNothing } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { duration, required } from '../../options.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { findOperation } from './list-operations.ts';

const id = required('Its id; the first characters are enough', { names: 'operations' });
const exitCodes = 'Exit code 0: it reached its goal; 1: it did not.';

export const operationWatch = defineCommand({
  path: ['operation', 'watch'],
  about: 'Watch an operation until it is over or needs a person',
  detail: `On a terminal the view is live and Ctrl-C shows the ways out; elsewhere each event is a line on stderr. ${exitCodes}`,
  examples: ['operations-center operation watch 3f9c1e'],
  args: { id },
  options: {},
  run: async ({ api, args, terminal, globals }) => {
    const found = await findOperation(api, args.id);
    requireFinished(await followOperation({ api, id: found.id, terminal, globals }), found.id);
  },
  show: showNothing,
});

/** Longer than one request may wait. */
const longestMs = 86_400_000;

export const operationWait = defineCommand({
  path: ['operation', 'wait'],
  about: 'Wait in silence until an operation is over or needs a person',
  detail: `For scripts. ${exitCodes}`,
  examples: ['operations-center operation wait 3f9c1e', 'operations-center operation wait 3f9c1e --timeout 10m'],
  args: { id },
  options: { timeout: duration('How long, at most 24h', '24h') },
  run: async ({ api, args, options, terminal, globals }) => {
    const found = await findOperation(api, args.id);
    const limit = AbortSignal.timeout(Math.min(options.timeout, longestMs));
    const quiet = { ...globals, quiet: true };
    const ended = await followOperation({ api, id: found.id, terminal, globals: quiet, signal: limit }).catch(
      (error: unknown) => {
        if (!limit.aborted) throw error;
        throw new CliFailure({
          what: `operation ${found.id} is not over`,
          why: 'The time to wait for it is up. It goes on by itself.',
          fix: `See it: operations-center operation show ${found.id}`,
          code: 'timeout',
        });
      },
    );
    requireFinished(ended, found.id);
  },
  show: showNothing,
});
