import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../api.ts';
import type { Globals, Terminal } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { LeftRunning } from '../../failures/failure.ts';
import { flag, required } from '../../options.ts';
import { followPlain } from '../../progress/follow.ts';
import { makeLooker } from '../../progress/look.ts';
import { makeNextLook } from '../../progress/next-look.ts';
import { listOperations } from '../operation/list-operations.ts';

export const clusterRemove = defineCommand({
  path: ['provisioning', 'cluster', 'remove'],
  about: 'Remove a cluster',
  detail:
    'A cluster that is being made is taken back; what that waits for is told on stderr, and Ctrl-C leaves it running. With --force any cluster is forgotten, and its servers are left as they are.',
  examples: [
    'operations-center provisioning cluster remove wonderful',
    'operations-center provisioning cluster remove wonderful --force',
  ],
  args: { name: required('Its name', { names: 'clusters' }) },
  options: { force: flag('Forget it and leave its servers as they are', { short: 'f' }) },
  run: async ({ api, args, options, terminal, globals }) => {
    const mode = options.force ? 'force' : 'normal';
    await tellUntilEnd({ api, terminal, globals, name: args.name }, (signal) =>
      api.ask('cluster_delete', { params: { name: args.name }, query: { mode }, signal }),
    );
    if (!options.force) return;
    terminal.stderr.write(
      'WARNING: --force changed nothing on the servers: if they are a cluster, nobody manages it now.\n',
    );
  },
  show: showNothing,
});

type Removal = { api: Api; terminal: Terminal; globals: Globals; name: string };

/** Most removals are over before this. */
const quietMs = 1_000;

/** Taking back may wait for a server that is down: what it waits for is told, and who does not wait may go. */
async function tellUntilEnd(removal: Removal, remove: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const { terminal, name } = removal;
  const over = new AbortController();
  const left = Promise.withResolvers<never>();
  const release = terminal.onInterrupt(() =>
    left.reject(
      new LeftRunning(`What runs goes on without us. See it: operations-center operation list --cluster ${name}`),
    ),
  );
  const telling = tellOperation(removal, over.signal).catch(() => {}); // the removal itself says what is wrong
  try {
    await Promise.race([remove(over.signal), left.promise]);
  } finally {
    release();
    over.abort();
    await telling;
  }
}

async function tellOperation({ api, terminal, globals, name }: Removal, signal: AbortSignal): Promise<void> {
  if (globals.quiet) return;
  await sleep(quietMs, undefined, { signal });
  const [open] = await listOperations(api, { cluster: name, open: 'true' }, 1);
  if (open === undefined || signal.aborted) return;
  const next = makeNextLook(api, open.id);
  try {
    await followPlain({ look: makeLooker(api, open.id, Date.now), next, signal }, terminal);
  } finally {
    next.stop();
  }
}
