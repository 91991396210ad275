import type { Event } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { type EventKind, followEvents } from '../../events.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { list, text } from '../../options.ts';
import { writeYaml } from '../../output/yaml.ts';
import { eventLine } from './event-line.ts';

const kinds: readonly EventKind[] = ['lifecycle', 'operation', 'inventory'];
const formats = ['text', 'json', 'yaml'] as const;

export const monitor = defineCommand({
  path: ['monitor'],
  about: 'Show what happens, as it happens',
  detail:
    'One event a line until Ctrl-C. A lost connection is made again, and nothing is missed or shown twice; with --cursor, also across two calls.',
  examples: [
    'operations-center monitor',
    'operations-center monitor --type lifecycle -f json | jq .metadata.action',
    'operations-center monitor -f json --cursor ZXZlbnRzLzQy',
  ],
  args: {},
  options: {
    type: list('Only these: lifecycle, operation, inventory; without it, the first two', {
      placeholder: 'type',
      choices: kinds,
    }),
    cursor: text('Begin behind the event with this cursor instead of now', { placeholder: 'cursor' }),
    format: text('text, json (one object a line) or yaml', {
      short: 'f',
      placeholder: 'format',
      initial: 'text',
      choices: formats,
    }),
  },
  run: ({ api, options, terminal }) => follow(api, terminal, options),
  show: showNothing,
});

async function follow(
  api: Api,
  terminal: Terminal,
  options: { type: readonly string[]; cursor: string; format: string },
): Promise<void> {
  const types = readKinds(options.type);
  const stopping = new AbortController();
  const release = terminal.onInterrupt(() => stopping.abort());
  const wish = {
    ...(types.length === 0 ? {} : { types }),
    ...(options.cursor === '' ? {} : { cursor: options.cursor }),
    signal: stopping.signal,
    onAway: awayTeller(terminal),
  };
  try {
    for await (const event of followEvents(api, wish)) {
      if (event.type === 'lost') terminal.stderr.write(lostNote);
      await write(terminal.stdout, formatEvent(event, options.format));
    }
  } finally {
    release();
  }
}

const lostNote = 'some events are gone: they were older than what the daemon keeps. Look at everything anew.\n';

function readKinds(given: readonly string[]): EventKind[] {
  return given.map((word) => {
    const kind = kinds.find((one) => one === word);
    if (kind === undefined) throw new UsageFailure(`"${word}" is no type of event`, `One of: ${kinds.join(', ')}.`);
    return kind;
  });
}

/** Once for each time that the daemon is away. */
function awayTeller({ stderr }: Terminal): (since: number) => void {
  let told: number | undefined;
  return (since) => {
    if (since !== told) stderr.write('no connection to the daemon; trying again for 60 s\n');
    told = since;
  };
}

function formatEvent(event: Event, format: string): string {
  if (format === 'json') return `${JSON.stringify(event)}\n`;
  if (format === 'yaml') return `---\n${writeYaml(event, 2)}`;
  return `${eventLine(event)}\n`;
}

/** Waits for who reads: what is not read yet stays with the daemon. */
async function write(stdout: Terminal['stdout'], piece: string): Promise<void> {
  if (stdout.write(piece)) return;
  await new Promise<void>((resolve) => stdout.once('drain', resolve));
}
