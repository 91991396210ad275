import { openAnyway, openTrusted } from './https.ts';

type Identity = { certificate: string; key: string };

/** Do the authorities of this system vouch for the certificate there? Rejects if there is no connection at all. */
export async function isVouchedFor(url: URL, identity: Identity): Promise<boolean> {
  try {
    (await openTrusted(url, identity)).destroy();
    return true;
  } catch (error) {
    if (isAboutCertificate(error)) return false;
    throw error;
  }
}

/** The certificate that the other end shows, read before anything is sent. */
export async function seeCertificate(url: URL, identity: Identity): Promise<{ pem: string; fingerprint: string }> {
  const socket = await openAnyway(url, identity);
  try {
    const shown = socket.getPeerX509Certificate();
    if (shown === undefined) throw new Error('the other end shows no certificate');
    return { pem: shown.toString(), fingerprint: shown.fingerprint256.replaceAll(':', '').toLowerCase() };
  } finally {
    socket.destroy();
  }
}

/** Node's words for a certificate that nobody vouches for; everything else is a broken connection. */
const certificateErrors =
  /^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT_|INVALID_CA|PATH_LENGTH_|HOSTNAME_)/;

const isAboutCertificate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && certificateErrors.test(error.code);
