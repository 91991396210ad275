import { seenCertificate } from '@operations-center/tls';
import type { Endpoint } from './connection.ts';
import { FleetFailure } from './fleet-failure.ts';
import { sortFailure } from './sort-failure.ts';

const call = 'TLS handshake';

/** The leaf that a server shows at this moment, PEM, whoever it may be; nothing is sent to it. Throws a FleetFailure. */
export async function readShownCertificate(
  endpoint: Pick<Endpoint, 'name' | 'url'>,
  options: { signal: AbortSignal; deadlineMs?: number },
): Promise<string> {
  const { hostname, port } = new URL(endpoint.url);
  const deadlineMs = options.deadlineMs ?? 5_000;
  try {
    return await seenCertificate({ hostname, port: Number(port || 443) }, { signal: options.signal, deadlineMs });
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof DOMException)) throw sortFailure(error, endpoint.name, call);
    const reason = `no certificate within ${deadlineMs} ms`;
    throw new FleetFailure({
      kind: 'transient',
      code: 'server_timeout',
      server: endpoint.name,
      call,
      reason,
      cause: error,
    });
  }
}
