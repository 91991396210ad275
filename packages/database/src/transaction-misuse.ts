import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseLog } from './database.ts';

/** Something was done inside a `write` body that must not happen there. Always a bug in the program, never of a user. */
export class TransactionMisuse extends Error {
  readonly code = 'transaction_misuse';
  constructor(message: string) {
    super(message);
    this.name = 'TransactionMisuse';
  }
}

/** The body that is running. `open` ends with it, so that work it started and left behind is not blamed. */
export type BodyMark = { readonly name: string; open: boolean; readonly afterCommit: (() => void)[] };

const bodyMarks = new AsyncLocalStorage<BodyMark>();

/** Throws `TransactionMisuse` if the caller runs inside a `write` body. `what` reads like `a request to server1`. */
export function assertOutsideTransaction(what: string): void {
  const mark = bodyMarks.getStore();
  if (mark?.open !== true) return;
  throw new TransactionMisuse(`${what} inside the write "${mark.name}": a write body may use its tx and nothing else`);
}

/** Runs `body` as the write `mark` names. Throws and rejects as the body does. */
export function runMarked<T>(mark: BodyMark, body: () => T): T {
  return bodyMarks.run(mark, body);
}

/** Runs `work` as if no write body were around it: for what a write only happens to start. */
export function runUnmarked<T>(work: () => T): T {
  return bodyMarks.exit(work);
}

/** Tells what waited for the COMMIT of `mark`. What is written stays written, so a callback that throws is only logged. */
export function tellCommitted(mark: BodyMark, log: DatabaseLog): void {
  for (const callback of mark.afterCommit) {
    try {
      callback();
    } catch (error) {
      log.warn({ write: mark.name, err: error }, 'what follows a committed write failed');
    }
  }
}
