import type { ChainValue } from '../events/numbering.ts';

/**
 * A row of the audit. Append only; `number` and `hash` are given once, after the commit.
 *
 * `request` somebody who is trusted asks for a change; written before it is tried · `outcome` what became of that
 * request · `event` a change without such a request: a machine registered, an operation came to its end.
 */
export type AuditRow = {
  id: number;
  xact: number;
  number: number | null;
  hash: string | null;
  at: number;
  /** Which daemon. */
  location: string;
  kind: 'request' | 'outcome' | 'event';
  /** Ties an outcome to its request; empty for events. */
  request_id: string;
  /** Who: how they are known (`unix`, `tls`), their fingerprint, and from where. */
  protocol: string;
  username: string;
  address: string;
  /** Name of the route, or the event's action. */
  what: string;
  /** Path of the object; of an outcome, where what was made is. */
  object: string;
  operation: string;
  plan: string;
  /** Of the body that was sent, keyed: it tells nothing, but equal bodies are seen to be equal. */
  digest: string;
  /** HTTP status of an outcome, else 0. */
  status: number;
  /** Code of the fault, if it was one. */
  code: string;
  /** JSON text: what else an event knows. */
  detail: string;
};

/** A row as it is written: without what it is given later. */
export type NewAuditRow = Omit<AuditRow, 'id' | 'xact' | 'number' | 'hash'>;

/** An entry that says nothing yet. */
export const emptyAuditRow: NewAuditRow = {
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

/** Of an entry that somebody else may have written since: what is no object is shown as it stands there. */
export function parseDetail(detail: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(detail);
    if (typeof said === 'object' && said !== null && !Array.isArray(said)) return { ...said };
  } catch {
    // Told by what is returned, and named by `verify`.
  }
  return { unreadable: detail };
}

/** What the chain covers of a row, in this order for good. */
export const chainedColumns = [
  'at',
  'location',
  'kind',
  'request_id',
  'protocol',
  'username',
  'address',
  'what',
  'object',
  'operation',
  'plan',
  'digest',
  'status',
  'code',
  'detail',
] as const satisfies readonly (keyof NewAuditRow)[];

/** A request with its outcome, or an event. */
export type AuditedChange = Omit<AuditRow, 'id' | 'xact' | 'hash' | 'number' | 'status' | 'code'> & {
  number: number;
  ended_at: number | null;
  status: number | null;
  code: string | null;
  result: string | null;
  result_operation: string | null;
};

/** An entry as the chain has it. */
export type ChainLink = { number: number; hash: string; entry: readonly ChainValue[] };
