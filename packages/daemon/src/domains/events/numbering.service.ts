import type { AnyTx, News } from '@operations-center/database';
import { pauseMs } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { numberEntries, readHeads } from './numbering.store.ts';
import type { LogHead, NumberedLog } from './numbering.ts';

export type Numbering = {
  /** Something was committed that wants a number. */
  nudge(): void;
  /** Resolves when everything is numbered that was committed before, or that this daemon can number now. */
  flush(): Promise<void>;
  /** Looks how far the logs are, whoever numbered them. */
  refresh(): Promise<void>;
  /** As far as this daemon knows; a log of another daemon may be further by now. */
  head(log: NumberedLog['name']): LogHead;
  /** Resolves when the log is numbered beyond `number`. Rejects with the signal's reason. */
  passed(log: NumberedLog['name'], number: number, signal: AbortSignal): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type NumberingParts = {
  database: MainDatabase;
  log: Log;
  /** Other daemons hear that there is something new, and we from them. */
  news: News;
  logs: readonly NumberedLog[];
  /** Called with each new head of a chained log, after it was committed. */
  onHead?(log: NumberedLog['name'], head: LogHead): void;
};

/** What is written together gets its numbers together: one more transaction for many, not one for each. */
const gatherMs = 10;
/** How soon entries are tried again that wait for an older transaction. */
const pendingMs = 50;
/** Other daemons write and number, too. They tell us; if that is lost, it is seen so soon by those who follow, and by others. */
const followedMs = 500;
const idleMs = 5_000;
/** Something holds up every reader for so long: worth a line. */
const stuckMs = 30_000;

const topic = 'events';

const nothing: LogHead = { number: 0, hash: '', pruned: 0 };

/**
 * Gives committed entries of the logs their numbers. Every daemon does it for all: which one is decided for each batch by
 * the lock on the head of the log, so there is nothing to take over when one dies.
 */
export function makeNumbering(parts: NumberingParts): Numbering {
  const { database } = parts;
  const heads = new Map<string, LogHead>();
  const waiting = new Set<() => void>();
  const stopping = new AbortController();
  let wake = new AbortController();
  let nudged = false;
  let running: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let pendingSince: number | undefined;

  /** One at a time; who asks while it runs wants another one. */
  function numberOnce(): Promise<boolean> {
    const next = last.then(numberAll);
    last = next.catch(() => undefined);
    return next;
  }

  async function numberAll(): Promise<boolean> {
    const body = async (tx: AnyTx) => {
      const numbered = [];
      for (const log of parts.logs) numbered.push({ log, ...(await numberEntries(tx, log)) });
      return numbered;
    };
    // The lock on the head decides. Were the write serializable, writers that only append would fail because of it.
    const found = await database.write('number entries', body, { locksFirst: true });
    const isNew = found.some(({ log, head }) => head !== undefined && head.number !== headOf(log.name).number);
    if (isNew) parts.news.tell(topic, '');
    for (const { log, head } of found) if (head !== undefined) learn(log, head);
    if (found.some(({ head }) => head === undefined)) await look();
    return found.some(({ pending }) => pending);
  }

  /** Another daemon numbers just now. */
  async function look(): Promise<void> {
    const seen = await readHeads(database);
    for (const log of parts.logs) {
      const head = seen.find((one) => one.log === log.name);
      if (head !== undefined) learn(log, head);
    }
  }

  function headOf(name: string): LogHead {
    return heads.get(name) ?? nothing;
  }

  function learn({ name, chain }: NumberedLog, { number, hash, pruned }: LogHead): void {
    const before = headOf(name).number;
    // Read before we numbered, and told after: a head never goes back.
    if (number < before) return;
    heads.set(name, { number, hash, pruned });
    if (number === before) return;
    if (chain !== undefined) parts.onHead?.(name, { number, hash, pruned });
    for (const listener of [...waiting]) listener();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (nudged) await pauseMs(gatherMs, stopping.signal).catch(() => undefined);
      nudged = false;
      const pending = await numberOnce().catch((error: unknown) => (noteFailure(error), true));
      noteStuck(pending);
      if (!nudged) await rest(pending);
    }
  }

  function noteFailure(error: unknown): void {
    if (stopping.signal.aborted) return;
    parts.log.error({ err: error }, 'entries of the logs could not be numbered or looked at; tried again');
  }

  function noteStuck(pending: boolean): void {
    const now = performance.now();
    pendingSince = pending ? (pendingSince ?? now) : undefined;
    if (pendingSince === undefined || now - pendingSince < stuckMs) return;
    parts.log.warn('events wait for their numbers: a transaction on the database server has been open for long');
    pendingSince = now;
  }

  async function rest(pending: boolean): Promise<void> {
    wake = new AbortController();
    const signal = AbortSignal.any([stopping.signal, wake.signal]);
    await pauseMs(pending ? pendingMs : restMs(), signal).catch(() => undefined);
  }

  /** On SQLite nobody else writes: only a nudge brings something new. */
  function restMs(): number {
    if (database.dialect === 'sqlite') return 2 ** 30;
    return waiting.size > 0 ? followedMs : idleMs;
  }

  function wakeUp(): void {
    wake.abort();
  }

  function nudge(): void {
    nudged = true;
    wakeUp();
  }

  async function passed(name: NumberedLog['name'], number: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (headOf(name).number > number) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (headOf(name).number > number) resolve();
    };
    const give = (): void => reject(signal.reason as Error);
    if (waiting.size === 0 && database.dialect === 'postgres') wakeUp();
    waiting.add(look);
    signal.addEventListener('abort', give);
    try {
      await promise;
    } finally {
      waiting.delete(look);
      signal.removeEventListener('abort', give);
    }
  }

  return {
    nudge,
    flush: async () => void (await numberOnce()),
    refresh: look,
    head: headOf,
    passed,
    async start() {
      parts.news.hear(topic, () => void look().catch(noteFailure));
      await look();
      await numberOnce();
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
      // What was written at the very end gets its number before we go, if it can have one.
      await numberOnce().catch(() => undefined);
    },
  };
}
