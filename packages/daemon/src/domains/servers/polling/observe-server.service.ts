import type { FleetFailure } from '../../../fleet/fleet-failure.ts';
import { FleetFailure as Failure } from '../../../fleet/fleet-failure.ts';
import type { ServerEndpoint } from '../server.ts';
import type { Seen } from './server-status.machine.ts';

/** What a failed call says about the server. What is no failure of the server is thrown on. */
export function seenFromFailure(error: unknown, endpoint: ServerEndpoint): Seen {
  if (!(error instanceof Failure)) throw error;
  if (error.code === 'certificate_changed') return { kind: 'stranger', reason: strangerReason(error, endpoint) };
  if (error.code === 'refused' && error.kind === 'transient') return { kind: 'booting', reason: reasonOf(error) };
  return { kind: error.code === 'refused' ? 'refused' : 'silent', reason: reasonOf(error) };
}

const reasonOf = (error: FleetFailure): string =>
  `${error.code}: ${error.reason.slice(0, 300)}${error.status === undefined ? '' : ` (HTTP ${error.status})`}`;

const strangerReason = ({ shownFingerprint }: FleetFailure, { pins }: ServerEndpoint): string =>
  `certificate_changed: it shows ${shownFingerprint ?? 'no certificate'}, expected ${pins.join(' or ')}`;
