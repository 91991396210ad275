import { performance } from 'node:perf_hooks';
import { type KyselyParts, makeBodyTransaction, type PreparedConnection } from './body-transaction.ts';
import type { DatabaseLog, Tx } from './database.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { type BodyMark, runMarked, runUnmarked, TransactionMisuse, tellCommitted } from './transaction-misuse.ts';

/** A body that is longer than this in the transaction makes every other write wait, so it is named in the log. */
export const slowBodyMs = 50;
/** More bodies than this in one transaction would make the first wait too long for its COMMIT. */
const bodiesPerCommit = 256;

type Body = (tx: Tx<unknown>) => Promise<unknown>;
type Waiting = { name: string; body: Body; resolve(value: unknown): void; reject(error: unknown): void };
type Ended = { waiting: Waiting; value: unknown; mark: BodyMark };
type Outcome = ({ ok: true; value: unknown } | { ok: false; error: unknown }) & { mark: BodyMark };

export type GroupCommit = {
  write(name: string, body: Body): Promise<unknown>;
  /** Settles when no write waits or runs. */
  idle(): Promise<void>;
  /** True between BEGIN and COMMIT. */
  isBusy(): boolean;
};

/**
 * The one writer of a SQLite file. Bodies that came in the same turn of the event loop run one after the other inside
 * one transaction, so that they share its fsync.
 */
export function makeGroupCommit(
  parts: KyselyParts,
  connection: SqliteConnection,
  log: DatabaseLog,
  bodyLimitMs: number,
): GroupCommit {
  let queue: Waiting[] = [];
  let busy = false;
  let scheduled = false;
  let idleListeners: (() => void)[] = [];
  let abandon: (error: unknown) => void = () => {};

  const prepared: PreparedConnection = {
    rows: async <Row>(text: string, parameters: Parameters<PreparedConnection['rows']>[1]) =>
      connection.all<Row>(text, parameters),
    run: async (text, parameters) => connection.run(text, parameters),
  };

  function write(name: string, body: Body): Promise<unknown> {
    return new Promise((resolve, reject) => {
      queue.push({ name, body, resolve, reject });
      schedule();
    });
  }

  function schedule(): void {
    if (scheduled || busy) return;
    scheduled = true;
    // After the turn's I/O, so that everything this turn wants to write is there; unmarked, for no body owns the queue.
    runUnmarked(() => setImmediate(drain));
  }

  function drain(): void {
    scheduled = false;
    busy = true;
    const batch = queue.slice(0, bodiesPerCommit);
    queue = queue.slice(bodiesPerCommit);
    commitTogether(batch).then(goOn, (error: unknown) => {
      for (const waiting of batch) waiting.reject(error);
      goOn();
    });
  }

  function goOn(): void {
    busy = false;
    if (queue.length > 0) return schedule();
    const listeners = idleListeners;
    idleListeners = [];
    for (const listener of listeners) listener();
  }

  /** Rejects only if the transaction as a whole failed: then nothing of the batch is in the database. */
  async function commitTogether(batch: readonly Waiting[]): Promise<void> {
    connection.run('begin immediate');
    // One timer for all: bodies that keep to their tx end before any timer can fire.
    const watch = setTimeout(
      () => abandon(new TransactionMisuse(`it waited ${bodyLimitMs} ms for something else than its tx`)),
      bodyLimitMs,
    );
    const ended: Ended[] = [];
    try {
      for (const waiting of batch) {
        const outcome = await runInSavepoint(waiting);
        if (outcome.ok) ended.push({ waiting, value: outcome.value, mark: outcome.mark });
        else waiting.reject(outcome.error);
        if (!connection.inTransaction) throw outcomeError(outcome, waiting);
      }
      connection.run('commit');
    } catch (error) {
      if (connection.inTransaction) connection.run('rollback');
      throw error;
    } finally {
      clearTimeout(watch);
    }
    for (const { waiting, value, mark } of ended) {
      waiting.resolve(value);
      tellCommitted(mark, log);
    }
  }

  async function runInSavepoint(waiting: Waiting): Promise<Outcome> {
    connection.run('savepoint body');
    const outcome = await runBody(waiting);
    if (!connection.inTransaction) return outcome;
    if (!outcome.ok) connection.run('rollback to body');
    connection.run('release body');
    return outcome;
  }

  async function runBody({ name, body }: Waiting): Promise<Outcome> {
    const mark: BodyMark = { name, open: true, afterCommit: [] };
    const startedMs = performance.now();
    const outcome = await new Promise<Outcome>((settle) => {
      abandon = (error) => settle({ ok: false, error, mark });
      const tx = makeBodyTransaction<unknown>(parts, connection, prepared, mark);
      runMarked(mark, async () => body(tx)).then(
        (value) => settle({ ok: true, value, mark }),
        (error: unknown) => settle({ ok: false, error, mark }),
      );
    });
    mark.open = false;
    const tookMs = performance.now() - startedMs;
    if (tookMs > slowBodyMs) log.warn({ write: name, took_ms: Math.round(tookMs) }, 'a write body was slow');
    return outcome;
  }

  const idle = (): Promise<void> =>
    busy || scheduled ? new Promise((resolve) => idleListeners.push(resolve)) : Promise.resolve();

  return { write, idle, isBusy: () => busy };
}

/** SQLite itself takes a whole transaction back when the disk is full or broken; the others of the batch learn why. */
function outcomeError(outcome: Outcome, waiting: Waiting): unknown {
  if (!outcome.ok) return outcome.error;
  return new TransactionMisuse(`the write "${waiting.name}" ended the transaction it shares with others`);
}
