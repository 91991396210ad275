import { z } from 'zod';
import { route } from '../route.ts';
import { time } from '../wire.ts';

const extension = 'audit';

export const auditEntry = z.object({
  number: z.number().int().describe('Its place in the chain'),
  time: z.string().describe('RFC 3339'),
  daemon: z.string().describe('Which daemon wrote it'),
  by: z
    .enum(['request', 'event'])
    .describe('request: somebody asked for it; event: it came by itself, or from a machine'),
  request_id: z.string(),
  protocol: z.string().describe('unix, tls, or empty'),
  user: z.string().describe('Fingerprint of the certificate'),
  address: z.string().describe('Where from: address and port, @ for the unix socket'),
  what: z.string().describe('Name of the route, or of the event'),
  object: z.string().describe('Path of what was changed or made; secrets in it are cut short'),
  operation: z.string().describe('Id of the operation that goes on with it, or empty'),
  plan: z.string().describe('Id of the plan that was run, or empty'),
  body_digest: z.string().describe('Of the body that was sent, keyed: equal for equal bodies, and tells nothing else'),
  outcome: z
    .object({ time: z.string(), status: z.number().int(), code: z.string() })
    .nullable()
    .describe(
      'HTTP status and code of the fault; 0 and daemon_ended: the daemon did not live to answer; null: an event, or still running',
    ),
  detail: z.record(z.string(), z.unknown()).describe('What else an event knows'),
});
export type AuditEntry = z.output<typeof auditEntry>;

export const auditCheck = z.object({
  intact: z.boolean(),
  entries: z.number().int().describe('How many were checked'),
  from: z.number().int().describe('The first that was checked'),
  pruned: z
    .object({ up_to: z.number().int(), time: z.string(), kept_days: z.number().int() })
    .nullable()
    .describe('Entries up to this number were removed by policy, as a sealed entry of the audit says; null: none'),
  head: z.string().describe('NUMBER:HASH of the newest entry, as the log of the daemon has it'),
  problems: z
    .array(z.object({ kind: z.enum(['changed', 'gap', 'cut']), from: z.number().int(), to: z.number().int() }))
    .readonly()
    .describe('changed: they say something else than they said; gap: they are missing; cut: the newest are missing'),
});
export type AuditCheck = z.output<typeof auditCheck>;

export const auditRoutes = {
  audit_list: route({
    name: 'audit_list',
    method: 'GET',
    path: '/1.0/audit',
    about: 'Who changed what, from where, with which outcome; newest first',
    // Who did what is not for everybody who may look.
    access: 'can_edit',
    query: z.object({
      since: time.optional(),
      until: time.optional(),
      who: z.string().min(1).optional().describe('unix, tls, or the beginning of a fingerprint'),
      what: z.string().min(1).optional().describe('Name of a route or of an event: token_delete, server-registered'),
      object: z.string().min(1).optional().describe('Part of its path: servers/server1'),
      cursor: z.string().optional().describe('Older than the page before'),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: z.object({
      entries: z.array(auditEntry).describe('May be fewer than the limit, or none, before the end is reached'),
      cursor: z.string().nullable().describe('Where to go on; null: there is nothing older'),
      looked_back_to: z.string().nullable().describe('RFC 3339: what is newer was looked at; null: everything was'),
    }),
    success: 200,
    faults: ['query_invalid', 'event_cursor_invalid'],
    extension,
  }),
  audit_verify: route({
    name: 'audit_verify',
    method: 'GET',
    path: '/1.0/audit/:verify',
    about: 'Check every entry of the audit against the chain, and name what was changed, removed or cut off',
    access: 'can_edit',
    query: z.object({
      head: z
        .string()
        .optional()
        .describe('NUMBER:HASH of a head that the log of the daemon has: it must still be there'),
    }),
    answer: auditCheck,
    success: 200,
    faults: ['query_invalid', 'audit_head_pruned', 'audit_verify_runs'],
    extension,
  }),
};
