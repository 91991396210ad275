import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Something that is looked at again and again: it takes no input, keeps no memory, and never retries by itself. */
export type Loop = {
  name: string;
  everyMs: number;
  /** One look. What it throws is logged once; the next tick looks again. */
  look(signal: AbortSignal): Promise<void>;
};

export type RunningLoop = { nudge(): void; stop(): Promise<void> };

/** Runs a loop now, then every `everyMs` (end to start), at once when nudged, until stopped. */
export function startLoop(loop: Loop, parts: { clock: Clock; log: Log }): RunningLoop {
  const stopping = new AbortController();
  let wake = new AbortController();
  let nudged = false;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      nudged = false;
      await loop.look(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          parts.log.error({ err: error, loop: loop.name }, 'a loop failed; it looks again at its next tick');
      });
      if (nudged) continue;
      wake = new AbortController();
      const until = parts.clock.nowMs() + loop.everyMs;
      await parts.clock.sleepUntil(until, AbortSignal.any([stopping.signal, wake.signal])).catch(() => undefined);
    }
  };
  const running = run();
  return {
    nudge() {
      nudged = true;
      wake.abort();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
