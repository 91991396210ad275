import type { AnyTx } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { hasOutcome } from './audit.store.ts';
import type { NewAuditRow } from './audit-row.ts';

export type OutcomesParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  insert(tx: AnyTx, row: NewAuditRow): Promise<void>;
  /** Tells people of what is late, in other words than the database's; undefined: nothing is any more. */
  warn(message: string | undefined): void;
};

/** What became of requests: it was done, or refused, whether the database can be written at that moment or not. */
export type Outcomes = {
  /** Never rejects. Resolves when it is kept, or known to be late. */
  keep(row: NewAuditRow): Promise<void>;
  /** Resolves when none is on its way. */
  settled(): Promise<void>;
  /** Tries once to keep what is late. */
  retry(): Promise<void>;
};

/** Who asks for a change while the database cannot be written is refused, so it is but a few that are late. */
const mostLate = 1_000;

export function makeOutcomes(parts: OutcomesParts): Outcomes {
  const { database, log } = parts;
  const onTheWay = new Set<Promise<void>>();
  const late = new Map<string, NewAuditRow>();
  let lateSince = 0;

  function hold(row: NewAuditRow, error: unknown): void {
    log.error({ err: error, request_id: row.request_id }, 'the outcome of a request could not be kept; tried again');
    if (late.size === 0) lateSince = parts.clock.nowMs();
    if (late.size < mostLate) late.set(row.request_id, row);
    tell();
  }

  function tell(): void {
    const since = new Date(lateSince).toISOString();
    const many = `${late.size} ${late.size === 1 ? 'request' : 'requests'}`;
    parts.warn(
      late.size === 0
        ? undefined
        : `what became of ${many} could not be written since ${since}; it is tried again, and lost if the daemon ends before`,
    );
  }

  async function writeLate(tx: AnyTx, rows: readonly NewAuditRow[]): Promise<void> {
    for (const row of rows) {
      // A commit that nobody heard of was one all the same.
      if (!(await hasOutcome(tx, row.request_id))) await parts.insert(tx, row);
    }
  }

  return {
    keep(row) {
      const kept = database
        .write('audit outcome', (tx) => parts.insert(tx, row))
        .catch((error: unknown) => hold(row, error))
        .finally(() => onTheWay.delete(kept));
      onTheWay.add(kept);
      return kept;
    },
    async settled() {
      await Promise.all(onTheWay);
    },
    async retry() {
      if (late.size === 0) return;
      const rows = [...late.values()];
      await database.write('late audit outcomes', (tx) => writeLate(tx, rows));
      for (const { request_id } of rows) late.delete(request_id);
      log.info({ outcomes: rows.length }, 'outcomes of requests that were late are kept');
      tell();
    },
  };
}
