/**
 * Why a call to a server gave no usable answer. `server_unreachable` no connection, or it broke · `server_timeout` the
 * deadline passed · `certificate_changed` it shows a certificate that is none of the pinned ones, nothing was sent ·
 * `not_an_incus_server` it speaks no TLS 1.3, redirects, or is something else · `reply_too_large` cut off at the limit ·
 * `bad_reply` not the JSON we need · `refused` a proper answer that says no, with its HTTP status.
 */
export type FleetFailureCode =
  | 'server_unreachable'
  | 'server_timeout'
  | 'certificate_changed'
  | 'not_an_incus_server'
  | 'reply_too_large'
  | 'bad_reply'
  | 'refused';

/** *Transient*: the same call may succeed later. *Permanent*: it will not, until somebody changes something. */
export type FleetFailureKind = 'transient' | 'permanent';

export type FleetFailureFacts = {
  kind: FleetFailureKind;
  code: FleetFailureCode;
  /** The server's name, and what was asked of it: `PUT /1.0/cluster`. */
  server: string;
  call: string;
  /** HTTP status, if there was an answer. */
  status?: number | undefined;
  /** The server's own words, without ours around them. */
  reason: string;
  /** Fingerprint that the server showed, where it is known. */
  shownFingerprint?: string | undefined;
  cause?: unknown;
};

/** A call to a server failed; sorted by code and errno, never by the words of a message. */
export class FleetFailure extends Error {
  readonly kind: FleetFailureKind;
  readonly code: FleetFailureCode;
  readonly server: string;
  readonly call: string;
  readonly status: number | undefined;
  readonly reason: string;
  readonly shownFingerprint: string | undefined;

  constructor(facts: FleetFailureFacts) {
    super(`${facts.server}: ${facts.call}: ${facts.reason}`, { cause: facts.cause });
    this.name = 'FleetFailure';
    this.kind = facts.kind;
    this.code = facts.code;
    this.server = facts.server;
    this.call = facts.call;
    this.status = facts.status;
    this.reason = facts.reason;
    this.shownFingerprint = facts.shownFingerprint;
  }
}

/** The server answered, properly, with this HTTP status. */
export const isRefusedWith = (error: unknown, status: number): error is FleetFailure =>
  error instanceof FleetFailure && error.code === 'refused' && error.status === status;

export const isFleetFailure = (error: unknown, code: FleetFailureCode): error is FleetFailure =>
  error instanceof FleetFailure && error.code === code;
