import type { AnyTx } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { hasOutcome, hasRequest } from './audit.store.ts';
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
  /** The request itself could not be written, so it was refused; whether that write was kept all the same is not known. */
  doubt(request: NewAuditRow, outcome: NewAuditRow): void;
  /** Resolves when none is on its way. */
  settled(): Promise<void>;
  /** Tries once to keep what is late or in doubt. */
  retry(): Promise<void>;
};

/** Who asks for a change while the database cannot be written is refused, so it is but a few that are late. */
const mostLate = 1_000;

type Doubt = { request: NewAuditRow; outcome: NewAuditRow };

export function makeOutcomes(parts: OutcomesParts): Outcomes {
  const { database, log } = parts;
  const onTheWay = new Set<Promise<void>>();
  const late = new Map<string, NewAuditRow>();
  const doubtful = new Map<string, Doubt>();
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

  /** A commit that nobody heard of was one all the same: of an outcome, or of a request that was refused for it. */
  async function writeLate(tx: AnyTx, rows: readonly NewAuditRow[], doubts: readonly Doubt[]): Promise<void> {
    const kept: NewAuditRow[] = [];
    for (const { request, outcome } of doubts) if (await hasRequest(tx, request)) kept.push(outcome);
    for (const row of [...rows, ...kept]) if (!(await hasOutcome(tx, row.request_id))) await parts.insert(tx, row);
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
    doubt(request, outcome) {
      if (doubtful.size < mostLate) doubtful.set(request.request_id, { request, outcome });
    },
    async settled() {
      await Promise.all(onTheWay);
    },
    async retry() {
      if (late.size + doubtful.size === 0) return;
      const [rows, doubts] = [[...late.values()], [...doubtful.values()]];
      await database.write('late audit outcomes', (tx) => writeLate(tx, rows, doubts));
      for (const { request } of doubts) doubtful.delete(request.request_id);
      if (rows.length === 0) return;
      for (const { request_id } of rows) late.delete(request_id);
      log.info({ outcomes: rows.length }, 'outcomes of requests that were late are kept');
      tell();
    },
  };
}
