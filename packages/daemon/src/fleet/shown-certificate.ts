import { seenCertificate } from '@operations-center/tls';
import type { Endpoint } from './connection.ts';

/** The leaf that a server shows at this moment, PEM, whoever it may be; nothing is sent to it. */
export async function readShownCertificate(
  endpoint: Pick<Endpoint, 'url'>,
  options: { signal: AbortSignal; deadlineMs?: number },
): Promise<string> {
  const { hostname, port } = new URL(endpoint.url);
  const target = { hostname, port: Number(port || 443) };
  return seenCertificate(target, { signal: options.signal, deadlineMs: options.deadlineMs ?? 5_000 });
}
