import { isIP } from 'node:net';
import { connect } from 'node:tls';

/**
 * Connects, looks at the leaf, hangs up: PEM of the certificate that is shown. It proves nothing by itself; a person or
 * a rule must decide what it means.
 */
export function seenCertificate(
  target: { hostname: string; port: number },
  options: { signal: AbortSignal; deadlineMs: number },
): Promise<string> {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.deadlineMs)]);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: target.port,
      ...(isIP(host) ? {} : { servername: host }),
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    const giveUp = () => socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', giveUp));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      socket.destroy();
      if (shown === undefined) reject(new Error(`${host} shows no certificate`));
      else resolve(shown.toString());
    });
  });
}
