import type { AuditEntry } from '@operations-center/contract';
import { type Handler, handle, ok } from '../../platform/http/answer.ts';
import { readAuditCursor, readHead, toAuditCursor } from './audit.rules.ts';
import type { Audit } from './audit.service.ts';
import type { AuditedChange } from './audit-row.ts';

export const auditHandlers = (audit: Audit): Handler[] => [
  handle('audit_list', async ({ query }) => {
    const { since, until, who, what, object, cursor, limit } = query;
    const found = await audit.list({
      ...(since === undefined ? {} : { since: Date.parse(since) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(who === undefined ? {} : { who }),
      ...(what === undefined ? {} : { what }),
      ...(object === undefined ? {} : { object }),
      ...(cursor === undefined ? {} : { before: readAuditCursor(cursor) }),
      limit,
    });
    const last = found.length === limit ? found.at(-1) : undefined;
    return ok({ entries: found.map(toEntry), cursor: last === undefined ? null : toAuditCursor(last.number) });
  }),
  handle('audit_verify', async ({ query }) => {
    const check = await audit.verify(query.head === undefined ? undefined : readHead(query.head));
    return ok({
      intact: check.problems.length === 0,
      entries: check.number,
      head: `${check.number}:${check.hash}`,
      problems: check.problems,
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
  detail: JSON.parse(change.detail) as Record<string, unknown>, // written by this domain as an object
});

const toTime = (epochMs: number): string => new Date(epochMs).toISOString();
