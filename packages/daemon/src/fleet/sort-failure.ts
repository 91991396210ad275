import { PinMismatch } from '@operations-center/tls';
import { errors } from 'undici';
import { FleetFailure, type FleetFailureCode, type FleetFailureKind } from './fleet-failure.ts';

type Sorted = { kind: FleetFailureKind; code: FleetFailureCode; reason: string };

const UNREACHABLE = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['ECONNABORTED', 'connection aborted'],
  ['EPIPE', 'connection closed while sending'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['EHOSTDOWN', 'host is down'],
  ['ENETUNREACH', 'network unreachable'],
  ['ENETDOWN', 'network is down'],
  ['EADDRNOTAVAIL', 'no local address to connect from'],
  ['ENOTFOUND', 'host name not found'],
  ['EAI_AGAIN', 'host name not resolved'],
  ['UND_ERR_SOCKET', 'connection closed before the answer was complete'],
  ['UND_ERR_CLOSED', 'connection closed'],
  ['UND_ERR_DESTROYED', 'connection closed'],
]);

const NOT_HTTP: Sorted = { kind: 'permanent', code: 'bad_reply', reason: 'the answer is not HTTP as we know it' };

/** Turns what went wrong below HTTP into a FleetFailure. What is no failure of the server comes back as it is. */
export function sortFailure(error: unknown, server: string, call: string): unknown {
  if (!(error instanceof Error)) return error;
  const sorted = sort(error);
  if (sorted === undefined) return error;
  const shownFingerprint = error instanceof PinMismatch ? error.found : undefined;
  return new FleetFailure({ ...sorted, server, call, shownFingerprint, cause: error });
}

function sort(error: Error): Sorted | undefined {
  if (error instanceof PinMismatch) return { kind: 'permanent', code: 'certificate_changed', reason: error.message };
  // A parser error carries no code.
  if (error instanceof errors.HTTPParserError) return NOT_HTTP;
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const unreachable = UNREACHABLE.get(code);
  if (unreachable !== undefined) return { kind: 'transient', code: 'server_unreachable', reason: unreachable };
  if (code === 'ETIMEDOUT') return { kind: 'transient', code: 'server_timeout', reason: error.message };
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return { kind: 'permanent', code: 'not_an_incus_server', reason: 'it does not speak TLS 1.3 with us' };
  }
  if (
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  ) {
    return { kind: 'permanent', code: 'bad_reply', reason: 'the answer is not HTTP as we know it' };
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
