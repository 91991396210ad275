import type { FaultKind } from './faults/entry.ts';
import { type FaultCode, faults } from './faults.ts';

/** What can be told about a fault beside its message: names, values, positions. Never a secret. */
export type FaultDetails = Readonly<Record<string, unknown>>;

const statusOf: Record<FaultKind, number> = {
  invalid: 400,
  not_allowed: 400,
  conflict: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  precondition_failed: 412,
  too_large: 413,
  internal: 500,
  fleet_failed: 502,
  unavailable: 503,
};

/**
 * A refusal or failure that a caller is told about. `message` is OC's text where OC has the case; `code` is permanent
 * and the thing to test for; `cause` goes to the log only.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly kind: FaultKind;
  readonly status: number;
  readonly hint: string;
  readonly details: FaultDetails;
  constructor(
    code: FaultCode,
    message: string,
    options: { hint?: string; details?: FaultDetails; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.kind = faults[code].kind;
    this.status = statusOf[this.kind];
    this.details = options.details ?? {};
    this.hint = options.hint ?? fillHint(faults[code].hint, this.details);
  }
}

/** Names what is known, so that a command in it can be run as it is; what is not known stands in capitals. */
export const fillHint = (hint: string, details: FaultDetails = {}): string =>
  hint.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = details[key];
    return typeof value === 'string' && value !== '' && value.length <= longestName
      ? forShell(value)
      : key.toUpperCase();
  });

const longestName = 300;
const forShell = (text: string): string => (/^[\w.:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Puts `what failed: ` before the message, as OC does on the way out, and keeps everything else. */
export const prefixFault = (prefix: string, fault: Fault): Fault =>
  new Fault(fault.code, `${prefix}: ${fault.message}`, { hint: fault.hint, details: fault.details, cause: fault });
