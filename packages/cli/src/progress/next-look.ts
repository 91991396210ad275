import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../api.ts';
import { followEvents } from '../events.ts';

/** Says when an operation is worth another look. */
export type NextLook = {
  /** Resolves when something happened to it, when `hurry` was called, or after a while. Rejects with the signal's reason. */
  due: (signal?: AbortSignal) => Promise<void>;
  hurry: () => void;
  /** Lets go of the daemon. */
  stop: () => void;
};

export type Pace = {
  /** How often one looks while the daemon tells what happens: no event says what a wait has seen last. */
  toldMs: number;
  /** And while it does not: it has no events, or is away. */
  untoldMs: number;
  /** At least so long between two looks: steps that end together are seen together. */
  gapMs: number;
};

const usualPace: Pace = { toldMs: 1_000, untoldMs: 250, gapMs: 100 };

/** The daemon's events, where it has them; a look every now and then in any case. Asks for events when first waited for. */
export function makeNextLook(api: Api, id: string, pace: Pace = usualPace): NextLook {
  const over = new AbortController();
  let everyMs = pace.untoldMs;
  let bell = Promise.withResolvers<void>();
  let heeding: Promise<void> | undefined;
  let lookedAt = performance.now();
  const hurry = (): void => bell.resolve();
  const hear: Hearing = {
    signal: over.signal,
    onNews: hurry,
    onOpen: () => {
      everyMs = pace.toldMs;
      // What happened before we listened.
      hurry();
    },
    onAway: () => {
      everyMs = pace.untoldMs;
      hurry();
    },
  };
  return {
    hurry,
    stop: () => over.abort(),
    async due(signal) {
      // Without events we look as often as before; why there are none is no matter of who waits.
      heeding ??= heedOperation(api, id, hear).catch(hear.onAway);
      await endsFirst(bell.promise, everyMs, signal);
      const early = lookedAt + pace.gapMs - performance.now();
      if (early > 0) await sleep(early, undefined, signal === undefined ? {} : { signal });
      bell = Promise.withResolvers();
      lookedAt = performance.now();
    },
  };
}

type Hearing = { signal: AbortSignal; onNews: () => void; onOpen: () => void; onAway: () => void };

async function heedOperation(api: Api, id: string, { onNews, ...wish }: Hearing): Promise<void> {
  for await (const { type, metadata } of followEvents(api, { types: ['operation'], ...wish })) {
    if (type === 'lost' || metadata['id'] === id) onNews();
  }
}

/** The bell, or the time; a timer that lost does not keep the program from ending. */
async function endsFirst(bell: Promise<void>, ms: number, signal?: AbortSignal): Promise<void> {
  const rung = new AbortController();
  const signals = signal === undefined ? [rung.signal] : [rung.signal, signal];
  try {
    await Promise.race([bell, sleep(ms, undefined, { signal: AbortSignal.any(signals) })]);
  } finally {
    rung.abort();
  }
}
