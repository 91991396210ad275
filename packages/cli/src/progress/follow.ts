import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '@operations-center/contract';
import type { Api } from '../api.ts';
import { type Globals, isInteractive, type Terminal } from '../call.ts';
import { showElapsed } from '../output/time.ts';
import { askWayOut } from './ask-way-out.ts';
import { makeLiveView } from './live-view.ts';
import { type Look, makeLooker, patienceMs } from './look.ts';
import { makePlainTeller } from './plain-lines.ts';
import { isResting } from './step-words.ts';

type Following = { api: Api; id: string; terminal: Terminal; globals: Globals; signal?: AbortSignal };

const everyMs = 250;

/**
 * Shows an operation until it is over or needs a person, and returns it. On a terminal the view is live and Ctrl-C asks;
 * elsewhere each event is a line on stderr. `undefined`: the person left it running.
 */
export async function followOperation(following: Following): Promise<Operation | undefined> {
  const { terminal, globals } = following;
  const look = makeLooker(following.api, following.id, Date.now);
  if (globals.quiet) return followWith(look, () => {}, following.signal);
  const canDraw = terminal.stderr.isTTY === true && terminal.env['TERM'] !== 'dumb';
  if (canDraw && isInteractive(terminal)) return followLive(look, following);
  return followPlain(look, terminal, following.signal);
}

async function followWith(
  look: () => Promise<Look>,
  tell: (look: Look) => void,
  signal?: AbortSignal,
): Promise<Operation> {
  for (;;) {
    const seen = await look();
    tell(seen);
    if (seen.kind === 'seen' && isResting(seen.operation)) return seen.operation;
    await sleep(everyMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** Each event is a line on stderr; `signal` ends it. */
export function followPlain(
  look: () => Promise<Look>,
  { stderr }: Pick<Terminal, 'stderr'>,
  signal?: AbortSignal,
): Promise<Operation> {
  const teller = makePlainTeller();
  const stamp = () => `${new Date().toISOString().slice(0, 19)}Z`;
  let away = false;
  return followWith(
    look,
    (seen) => {
      if (seen.kind === 'seen') {
        if (away) stderr.write(`${stamp()} the daemon answers again\n`);
        for (const line of teller(seen.operation, Date.now())) stderr.write(`${line}\n`);
      } else if (!away) {
        stderr.write(`${stamp()} no answer from the daemon; trying again for ${patienceMs / 1000} s\n`);
      }
      away = seen.kind === 'away';
    },
    signal,
  );
}

async function followLive(look: () => Promise<Look>, following: Following): Promise<Operation | undefined> {
  const { terminal } = following;
  const view = makeLiveView(terminal);
  let interrupted = false;
  const stop = terminal.onInterrupt(() => {
    interrupted = true;
  });
  let last: Operation | undefined;
  try {
    for (;;) {
      const seen = await look();
      if (seen.kind === 'seen') last = seen.operation;
      if (last !== undefined) view.draw(last, Date.now(), seen.kind === 'away' ? awayNote(seen.since) : undefined);
      if (seen.kind === 'seen' && isResting(seen.operation)) return seen.operation;
      if (interrupted) {
        view.keep();
        stop();
        if ((await askWayOut({ ...following, operation: last })) === 'leave') return undefined;
        interrupted = false;
        terminal.onInterrupt(() => {
          interrupted = true;
        });
      }
      await sleep(everyMs);
    }
  } finally {
    stop();
  }
}

function awayNote(since: number): string {
  const gone = Date.now() - since;
  return `no answer from the daemon for ${showElapsed(gone)}; trying for ${showElapsed(patienceMs - gone)} more. What runs goes on without us.`;
}
