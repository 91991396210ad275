import type { AuditEntry } from '@operations-center/contract';
import { type Handler, handle, ok } from '../../platform/http/answer.ts';
import { readAuditCursor, readHead, toAuditCursor } from './audit.rules.ts';
import type { Audit } from './audit.service.ts';
import { type AuditedChange, parseDetail } from './audit-row.ts';

export const auditHandlers = (audit: Audit): Handler[] => [
  handle('audit_list', async ({ query }) => {
    const { since, until, who, what, object, cursor, limit } = query;
    const { changes, next } = await audit.list({
      ...(since === undefined ? {} : { since: Date.parse(since) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(who === undefined ? {} : { who }),
      ...(what === undefined ? {} : { what }),
      ...(object === undefined ? {} : { object }),
      ...(cursor === undefined ? {} : { before: readAuditCursor(cursor) }),
      limit,
    });
    return ok({
      entries: changes.map(toEntry),
      cursor: next === undefined ? null : toAuditCursor(next.before),
      looked_back_to: next === undefined ? null : toTime(next.at),
    });
  }),
  handle('audit_verify', async ({ query, signal }) => {
    const { number, hash, problems, from, pruned } = await audit.verify(
      query.head === undefined ? undefined : readHead(query.head),
      signal,
    );
    return ok({
      intact: problems.length === 0,
      entries: number - from + 1,
      from,
      pruned:
        pruned === undefined ? null : { up_to: pruned.up_to, time: toTime(pruned.at), kept_days: pruned.kept_days },
      head: `${number}:${hash}`,
      problems,
    });
  }),
];

const toEntry = (change: AuditedChange): AuditEntry => ({
  number: change.number,
  time: toTime(change.at),
  daemon: change.location,
  by: change.kind === 'request' ? 'request' : 'event',
  request_id: change.request_id,
  protocol: change.protocol,
  user: change.username,
  address: change.address,
  what: change.what,
  object: change.result === null || change.result === '' ? change.object : change.result,
  operation: change.operation === '' ? (change.result_operation ?? '') : change.operation,
  plan: change.plan,
  body_digest: change.digest,
  outcome:
    change.ended_at === null
      ? null
      : { time: toTime(change.ended_at), status: change.status ?? 0, code: change.code ?? '' },
  detail: parseDetail(change.detail),
});

const toTime = (epochMs: number): string => new Date(epochMs).toISOString();
