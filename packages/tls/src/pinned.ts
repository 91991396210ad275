import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { plainFingerprint } from './certificate.ts';

/** Whom we accept, and who we are, on one kind of connection. */
export type Pinning = {
  /** Fingerprints of the leaf certificates we accept. Empty: nobody. */
  pins: readonly string[];
  certificate?: string | undefined;
  key?: string | undefined;
  /** How long connecting and the handshake may take together. */
  connectTimeoutMs?: number;
};

/** The other end showed a certificate that is none of the pinned ones; nothing was sent to it. */
export class PinMismatch extends Error {
  readonly code = 'PIN_MISMATCH';
  readonly expected: readonly string[];
  readonly found: string | undefined;
  constructor(expected: readonly string[], found: string | undefined) {
    super(
      found === undefined
        ? 'the server shows no certificate'
        : `the server shows certificate ${found}, not ${expected.join(' or ')}`,
    );
    this.name = 'PinMismatch';
    this.expected = expected;
    this.found = found;
  }
}

const shownFingerprints = new WeakMap<TLSSocket, string>();

/** Which certificate the other end of a pinned socket showed. */
export const shownFingerprintOf = (socket: TLSSocket): string | undefined => shownFingerprints.get(socket);

/** Reading a key pair costs half a millisecond and native memory with every connection, so the last one is kept read. */
let lastContext: { certificate: string | undefined; key: string | undefined; context: SecureContext } | undefined;

function contextOf({ certificate, key }: Pinning): SecureContext {
  if (lastContext !== undefined && lastContext.certificate === certificate && lastContext.key === key)
    return lastContext.context;
  const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.3' });
  lastContext = { certificate, key, context };
  return context;
}

/**
 * Opens a TLS 1.3 connection and checks the leaf before the first byte goes out. Sessions are never resumed: a resumed
 * one carries no certificate (engineering E16).
 */
export function pinnedSocket(target: { hostname: string; port: number }, pinning: Pinning): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port,
      ...(isIP(target.hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: target.hostname }),
      secureContext: contextOf(pinning),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const limit = pinning.connectTimeoutMs ?? 10_000;
    socket.setTimeout(limit, () =>
      fail(Object.assign(new Error(`no connection within ${limit} ms`), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      // Three times cheaper than getPeerCertificate, but a client socket of Node 24 gives it once only: it is kept.
      const shown = socket.getPeerX509Certificate()?.fingerprint256;
      const found = shown === undefined ? undefined : plainFingerprint(shown);
      if (found === undefined || !pinning.pins.includes(found)) return fail(new PinMismatch(pinning.pins, found));
      shownFingerprints.set(socket, found);
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
