import { type AnyTx, afterCommit } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import { pauseMs } from '../../platform/clock.ts';
import type { AskedChange, ChangeOutcome, Recorder } from '../../platform/http/recorder.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { NewEvent } from '../events/event.ts';
import type { Numbering } from '../events/numbering.service.ts';
import type { Chain } from '../events/numbering.ts';
import { type AuditFilter, findUnfinished, insertAudit, listAudit, readAuditHead, readLinks } from './audit.store.ts';
import type { AuditedChange, NewAuditRow } from './audit-row.ts';
import { type ChainCheck, checkHead, checkLink, unchecked } from './chain.rules.ts';
import { ownChangeOf } from './own-changes.rules.ts';

export type AuditParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  location: string;
  chain: Chain;
  /** Tells nothing of a text, but is equal for equal ones. */
  keyedDigest(text: string): string;
  numbering(): Pick<Numbering, 'nudge' | 'flush'>;
};

export type Audit = {
  recorder: Recorder;
  /** Keeps, in the event's own write, what nobody asked for in a request of his own. */
  heed(tx: AnyTx, event: NewEvent): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditedChange[]>;
  /** `head`: one that was written down before, in the log of the daemon. */
  verify(head: { number: number; hash: string } | undefined): Promise<ChainCheck>;
  /** Says of requests that the daemon did not live to answer that it did not. */
  start(): Promise<void>;
  /** Resolves when the outcomes of all that was answered are kept. */
  settled(): Promise<void>;
};

/** Between two of these others have their turn. */
const linksAtOnce = 1_000;

const silent: NewAuditRow = {
  at: 0,
  location: '',
  kind: 'event',
  request_id: '',
  protocol: '',
  username: '',
  address: '',
  what: '',
  object: '',
  operation: '',
  plan: '',
  digest: '',
  status: 0,
  code: '',
  detail: '{}',
};

export function makeAudit(parts: AuditParts): Audit {
  const { database, log, chain } = parts;
  const telling = new Set<Promise<void>>();
  const rowOf = (said: Partial<NewAuditRow>): NewAuditRow => ({
    ...silent,
    at: Math.trunc(parts.clock.nowMs()),
    location: parts.location,
    ...said,
  });

  async function insert(tx: AnyTx, said: Partial<NewAuditRow>): Promise<void> {
    await insertAudit(tx, rowOf(said));
    afterCommit(tx, () => parts.numbering().nudge());
  }

  async function asked(change: AskedChange): Promise<(outcome: ChangeOutcome) => Promise<void>> {
    const { request_id, caller, address, route, path } = change;
    const { digest, plan } = bodyFacts(change.body, parts.keyedDigest);
    const who = { protocol: caller.protocol, username: caller.user, address };
    const request = { request_id, ...who, what: route, object: path };
    await database.write('audit request', (tx) => insert(tx, { kind: 'request', ...request, digest, plan }));
    return (outcome) => {
      const { status, code, location, operation } = outcome;
      const ended = { kind: 'outcome', request_id, what: route, object: location, operation, status, code } as const;
      const kept = database
        .write('audit outcome', (tx) => insert(tx, ended))
        .catch((error: unknown) => log.error({ err: error, request_id }, 'the outcome of a request could not be kept'))
        .finally(() => telling.delete(kept));
      telling.add(kept);
      log.info({ audit: true, ...request, status, ...(code === '' ? {} : { code }) }, 'a change was asked for');
      return kept;
    };
  }

  async function settled(): Promise<void> {
    await Promise.all(telling);
  }

  async function verify(head: { number: number; hash: string } | undefined): Promise<ChainCheck> {
    await settled();
    await parts.numbering().flush();
    // Read first: what is added meanwhile is behind it.
    const end = await readAuditHead(database);
    let check = unchecked;
    for (;;) {
      const links = await readLinks(database, chain, check.number, linksAtOnce);
      for (const link of links) {
        check = checkLink(chain, check, link);
        for (const known of [end, head]) if (known?.number === check.number) check = checkHead(check, known);
      }
      if (links.length < linksAtOnce) break;
      await pauseMs(0, new AbortController().signal);
    }
    for (const known of [end, head]) if (known !== undefined) check = checkHead(check, known);
    return check;
  }

  return {
    recorder: { asked },
    async heed(tx, event) {
      const change = ownChangeOf(event);
      if (change !== undefined) await insert(tx, { kind: 'event', ...change });
    },
    async list(filter) {
      await settled();
      await parts.numbering().flush();
      return listAudit(database, filter);
    },
    verify,
    async start() {
      const unfinished = await findUnfinished(database, parts.location);
      await database.write('audit start', async (tx) => {
        for (const { request_id } of unfinished)
          await insert(tx, { kind: 'outcome', request_id, code: 'daemon_ended' });
        await insert(tx, { what: 'daemon-started', object: '/1.0' });
      });
    },
    settled,
  };
}

/** A body is kept as its digest only; which plan it names is looked up, without judging the rest. */
function bodyFacts(body: Buffer | undefined, digest: (text: string) => string): { digest: string; plan: string } {
  if (body === undefined || body.length === 0) return { digest: '', plan: '' };
  const text = body.toString('utf8');
  return { digest: digest(text), plan: /"plan"\s*:\s*"([\w-]{1,80})"/.exec(text)?.[1] ?? '' };
}
