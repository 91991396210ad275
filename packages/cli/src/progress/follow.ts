import type { Operation } from '@operations-center/contract';
import type { Api } from '../api.ts';
import { type Globals, isInteractive, type Terminal } from '../call.ts';
import { showElapsed } from '../output/time.ts';
import { askWayOut } from './ask-way-out.ts';
import { makeLiveView } from './live-view.ts';
import { type Look, makeLooker, patienceMs } from './look.ts';
import { makeNextLook, type NextLook } from './next-look.ts';
import { makePlainTeller } from './plain-lines.ts';
import { isResting } from './step-words.ts';

type Following = { api: Api; id: string; terminal: Terminal; globals: Globals; signal?: AbortSignal };

/** How one looks at an operation, and when again. */
export type Watching = { look: () => Promise<Look>; next: NextLook; signal?: AbortSignal | undefined };

/**
 * Shows an operation until it is over or needs a person, and returns it. On a terminal the view is live and Ctrl-C asks;
 * elsewhere each event is a line on stderr. `undefined`: the person left it running.
 */
export async function followOperation(following: Following): Promise<Operation | undefined> {
  const { api, id, terminal, globals, signal } = following;
  const watching = { look: makeLooker(api, id, Date.now), next: makeNextLook(api, id), signal };
  const canDraw = terminal.stderr.isTTY === true && terminal.env['TERM'] !== 'dumb';
  try {
    if (globals.quiet) return await followWith(watching, () => {});
    if (canDraw && isInteractive(terminal)) return await followLive(watching, following);
    return await followPlain(watching, terminal);
  } finally {
    watching.next.stop();
  }
}

async function followWith({ look, next, signal }: Watching, tell: (look: Look) => void): Promise<Operation> {
  for (;;) {
    const seen = await look();
    tell(seen);
    if (seen.kind === 'seen' && isResting(seen.operation)) return seen.operation;
    await next.due(signal);
  }
}

/** Each event is a line on stderr; the signal ends it. */
export function followPlain(watching: Watching, { stderr }: Pick<Terminal, 'stderr'>): Promise<Operation> {
  const teller = makePlainTeller();
  const stamp = () => `${new Date().toISOString().slice(0, 19)}Z`;
  let away = false;
  return followWith(watching, (seen) => {
    if (seen.kind === 'seen') {
      if (away) stderr.write(`${stamp()} the daemon answers again\n`);
      for (const line of teller(seen.operation, Date.now())) stderr.write(`${line}\n`);
    } else if (!away) {
      stderr.write(`${stamp()} no answer from the daemon; trying again for ${patienceMs / 1000} s\n`);
    }
    away = seen.kind === 'away';
  });
}

async function followLive({ look, next }: Watching, following: Following): Promise<Operation | undefined> {
  const { terminal } = following;
  const view = makeLiveView(terminal);
  let interrupted = false;
  const heedInterrupt = () =>
    terminal.onInterrupt(() => {
      interrupted = true;
      next.hurry();
    });
  let release = heedInterrupt();
  let last: Operation | undefined;
  try {
    for (;;) {
      const seen = await look();
      if (seen.kind === 'seen') last = seen.operation;
      if (last !== undefined) view.draw(last, Date.now(), seen.kind === 'away' ? awayNote(seen.since) : undefined);
      if (seen.kind === 'seen' && isResting(seen.operation)) return seen.operation;
      if (interrupted) {
        view.keep();
        // While it is asked, Ctrl-C is an answer.
        release();
        if ((await askWayOut({ ...following, operation: last })) === 'leave') return undefined;
        interrupted = false;
        release = heedInterrupt();
      }
      await next.due();
    }
  } finally {
    release();
  }
}

function awayNote(since: number): string {
  const gone = Date.now() - since;
  return `no answer from the daemon for ${showElapsed(gone)}; trying for ${showElapsed(patienceMs - gone)} more. What runs goes on without us.`;
}
