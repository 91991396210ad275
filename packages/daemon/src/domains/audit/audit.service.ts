import { type AnyTx, afterCommit } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import type { AskedChange, ChangeOutcome, Recorder } from '../../platform/http/recorder.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { NewEvent } from '../events/event.ts';
import type { Numbering } from '../events/numbering.service.ts';
import type { Chain } from '../events/numbering.ts';
import type { Anchors } from './anchor.rules.ts';
import { anchorAction } from './anchor.ts';
import { type AuditFilter, findUnfinished, insertAudit } from './audit.store.ts';
import { emptyAuditRow, type NewAuditRow } from './audit-row.ts';
import { type AuditPage, readAuditPage } from './list-audit.service.ts';
import { makeOutcomes, type Outcomes } from './outcomes.service.ts';
import { ownChangeOf } from './own-changes.rules.ts';
import { type KnownHead, makeVerifyAudit, type Verification } from './verify-audit.service.ts';

export type AuditParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  location: string;
  chain: Chain;
  anchors: Anchors;
  /** Tells nothing of a text, but is equal for equal ones. */
  keyedDigest(text: string): string;
  numbering(): Pick<Numbering, 'nudge' | 'flush'>;
  /** Tells people that outcomes are late; undefined: none is any more. */
  warn(message: string | undefined): void;
};

export type Audit = {
  recorder: Recorder;
  /** Keeps, in the event's own write, what nobody asked for in a request of his own. */
  heed(tx: AnyTx, event: NewEvent): Promise<void>;
  /** Newest first; looks at so many entries at most. */
  list(filter: AuditFilter): Promise<AuditPage>;
  /**
   * `head`: one that was written down before, in the log of the daemon. `audit_verify_runs`: one at a time. Rejects with
   * the signal's reason.
   */
  verify(head: KnownHead | undefined, signal: AbortSignal): Promise<Verification>;
  /** Says, in the write that decides it, up to where the oldest entries go. */
  recordAnchor(tx: AnyTx, detail: string): Promise<void>;
  outcomes: Pick<Outcomes, 'retry'>;
  /** Says of requests that the daemon did not live to answer that it did not. */
  start(): Promise<void>;
  /** Resolves when the outcomes of all that was answered are kept, or known to be late. */
  settled(): Promise<void>;
};

export function makeAudit(parts: AuditParts): Audit {
  const { database, log } = parts;
  const rowOf = (said: Partial<NewAuditRow>): NewAuditRow => ({
    ...emptyAuditRow,
    at: Math.trunc(parts.clock.nowMs()),
    location: parts.location,
    ...said,
  });

  async function insertRow(tx: AnyTx, row: NewAuditRow): Promise<void> {
    await insertAudit(tx, row);
    afterCommit(tx, () => parts.numbering().nudge());
  }
  const insert = (tx: AnyTx, said: Partial<NewAuditRow>): Promise<void> => insertRow(tx, rowOf(said));
  const outcomes = makeOutcomes({ ...parts, insert: insertRow });
  const verify = makeVerifyAudit(parts);

  async function asked(change: AskedChange): Promise<(outcome: ChangeOutcome) => Promise<void>> {
    const { request_id, caller, address, route, path } = change;
    const { digest, plan } = bodyFacts(change.body, parts.keyedDigest);
    const who = { protocol: caller.protocol, username: caller.user, address };
    const request = { request_id, ...who, what: route, object: path };
    const row = rowOf({ kind: 'request', ...request, digest, plan });
    const endOf = ({ status, code, location, operation }: ChangeOutcome): NewAuditRow =>
      rowOf({ kind: 'outcome', request_id, what: route, object: location, operation, status, code });
    try {
      await database.write('audit request', (tx) => insertRow(tx, row));
    } catch (error) {
      outcomes.doubt(row, endOf({ status: 503, code: 'database_unavailable', location: '', operation: '' }));
      throw error;
    }
    return (outcome) => {
      const { status, code } = outcome;
      log.info({ audit: true, ...request, status, ...(code === '' ? {} : { code }) }, 'a change was asked for');
      return outcomes.keep(endOf(outcome));
    };
  }

  return {
    recorder: { asked },
    async heed(tx, event) {
      const change = ownChangeOf(event);
      if (change !== undefined) await insert(tx, { kind: 'event', ...change });
    },
    async list(filter) {
      // Further pages are of what has its place for long.
      if (filter.before === undefined) {
        await outcomes.settled();
        await parts.numbering().flush();
      }
      return readAuditPage(database, filter);
    },
    async verify(head, signal) {
      await outcomes.settled();
      return verify(head, signal);
    },
    recordAnchor: (tx, detail) => insert(tx, { what: anchorAction, object: '/1.0/audit', detail }),
    outcomes,
    async start() {
      const unfinished = await findUnfinished(database, parts.location);
      await database.write('audit start', async (tx) => {
        for (const { request_id } of unfinished)
          await insert(tx, { kind: 'outcome', request_id, code: 'daemon_ended' });
        await insert(tx, { what: 'daemon-started', object: '/1.0' });
      });
    },
    settled: outcomes.settled,
  };
}

/** A body is kept as its digest only; which plan it names is looked up, without judging the rest. */
function bodyFacts(body: Buffer | undefined, digest: (text: string) => string): { digest: string; plan: string } {
  if (body === undefined || body.length === 0) return { digest: '', plan: '' };
  const text = body.toString('utf8');
  return { digest: digest(text), plan: /"plan"\s*:\s*"([\w-]{1,80})"/.exec(text)?.[1] ?? '' };
}
