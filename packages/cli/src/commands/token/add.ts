import { defineCommand, showNothing } from '../../command.ts';
import { duration, text, wholeNumber } from '../../options.ts';

export const tokenAdd = defineCommand({
  path: ['provisioning', 'token', 'add'],
  about: 'Make a registration token',
  detail: 'Its UUID is shown by "provisioning token list"; on a terminal it is told here, too.',
  examples: [
    'operations-center provisioning token add --uses 6 --lifetime 24h --description "rack 4"',
    'operations-center provisioning token add --channel daily',
  ],
  args: {},
  options: {
    uses: wholeNumber('How many servers may register with it', 1),
    lifetime: duration('How long it can be used', '720h0m0s'),
    description: text('What it is for'),
    channel: text('Update channel of the servers that register with it', { names: 'channels' }),
  },
  run: async ({ api, options, terminal, globals }) => {
    const asked = api.call('tokens_create', {
      body: {
        uses_remaining: options.uses,
        expire_at: expiry(options.lifetime),
        description: options.description,
        channel: options.channel,
      },
    });
    const made = await asked.catch(async (error: unknown) => {
      throw await api.explain(error);
    });
    api.unwrap(made);
    const uuid = made.kind === 'ok' ? made.location?.split('/').at(-1) : undefined;
    // stdout stays empty as in OC; whoever reads along still learns the UUID.
    if (uuid !== undefined && !globals.quiet) terminal.stderr.write(`Token ${uuid}\n`);
  },
  show: showNothing,
});

/** Whole seconds, as OC's own command line sends it. */
const expiry = (lifetimeMs: number): string => `${new Date(Date.now() + lifetimeMs).toISOString().slice(0, 19)}Z`;
