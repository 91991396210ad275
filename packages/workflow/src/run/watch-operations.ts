import { type KnownWorkflows, readOperation } from '../derive/reading.ts';
import { toView } from '../derive/view.ts';
import { OperationNotFound } from '../faults.ts';
import type { JournalLine } from '../journal.ts';
import { isResting, type OperationView } from '../operation.ts';
import type { Observed } from '../operation-rows.ts';
import { countOperations, type OperationCounts } from '../store/operation-counts.ts';
import { type OperationFilter, type Page, readPage } from '../store/operation-pages.ts';
import type { EngineDatabase } from '../store/operations.store.ts';
import { findOperation, readJournal } from '../store/whole-operations.ts';
import type { ProgressEvent, Runner } from './runner-parts.ts';

export type WatchParts = {
  database: EngineDatabase;
  known: KnownWorkflows;
  /** How long a wait believes what it saw last: another daemon may work on the operation. */
  pollMs: number;
  /** What the steps of an operation that is held here saw last. */
  liveOf(id: string): Observed;
};

export type Watch = Pick<Runner, 'page' | 'journal' | 'count' | 'view' | 'wait' | 'subscribe'> & {
  emit(event: Pick<ProgressEvent, 'operation' | 'at' | 'event'> & Partial<ProgressEvent>): void;
};

/** How operations are seen from outside: as views, and as events told to whoever listens. */
export function watchOperations({ database, known, pollMs, liveOf }: WatchParts): Watch {
  const listeners = new Set<(event: ProgressEvent) => void>();

  function emit(event: Parameters<Watch['emit']>[0]): void {
    const full: ProgressEvent = { step: null, attempt: null, text: null, ...event };
    for (const listener of listeners) listener(full);
  }

  function subscribe(listener: (event: ProgressEvent) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  async function page(filter: OperationFilter = {}): Promise<Page<OperationView>> {
    const { items, next } = await readPage(database, known, filter);
    return { items: items.map((reading) => toView(reading, liveOf(reading.row.id))), next };
  }

  async function view(id: string): Promise<OperationView | undefined> {
    const found = await findOperation(database, id);
    return found && toView(readOperation(known, found.row, found.entries), liveOf(id));
  }

  async function wait(id: string, signal?: AbortSignal): Promise<OperationView> {
    for (;;) {
      signal?.throwIfAborted();
      const changed = nextRest(id, signal);
      try {
        const seen = await view(id);
        if (seen === undefined) throw new OperationNotFound(id);
        if (isResting(seen.status)) return seen;
        await changed.promise;
      } finally {
        changed.end();
      }
    }
  }

  /** Settles when the operation comes to rest here, or after a while, for another daemon may work on it. */
  function nextRest(id: string, signal?: AbortSignal): { promise: Promise<void>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, pollMs);
    const unsubscribe = subscribe((event) => {
      if (event.operation === id && (event.event === 'resting' || event.event.endsWith('failed'))) resolve();
    });
    const onAbort = (): void => resolve();
    signal?.addEventListener('abort', onAbort);
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', onAbort);
    };
    return { promise, end };
  }

  async function journal(id: string, after: number, limit: number): Promise<JournalLine[]> {
    const entries = await readJournal(database, id, after, limit);
    return entries.map(({ seq, at, step, event, attempt, detail }) => ({ seq, at, step, event, attempt, detail }));
  }

  const count = (since: number): Promise<OperationCounts> => countOperations(database, known, since);

  return { emit, subscribe, journal, count, page, view, wait };
}
