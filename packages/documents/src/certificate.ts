import { X509Certificate } from 'node:crypto';

/** A certificate out of a document: the first of a chain. */
export type ReadCertificate = {
  /** The leaf alone, PEM with a final newline. */
  pem: string;
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  fingerprint: string;
  subject: string;
  notBefore: Date;
  notAfter: Date;
  /** How many certificates the text holds. */
  count: number;
};

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** A private key stands in the text; it must never be repeated anywhere. */
export const holdsPrivateKey = (text: string): boolean => /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text);

/** Reads the first certificate of a PEM text; undefined if there is none that can be read. */
export function readCertificate(text: string): ReadCertificate | undefined {
  const blocks = text.match(BLOCK);
  const [first] = blocks ?? [];
  if (blocks === null || first === undefined) return undefined;
  try {
    const read = new X509Certificate(first);
    return {
      pem: `${read.toString().trim()}\n`,
      fingerprint: read.fingerprint256.replaceAll(':', '').toLowerCase(),
      subject: read.subject,
      notBefore: new Date(read.validFrom),
      notAfter: new Date(read.validTo),
      count: blocks.length,
    };
  } catch {
    return undefined;
  }
}

const SOON_MS = 30 * 86_400_000;

/** Whether a certificate holds now, and the day that matters. */
export function validityOf(
  { notBefore, notAfter }: Pick<ReadCertificate, 'notBefore' | 'notAfter'>,
  nowMs: number,
): { state: 'expired' | 'early' | 'soon' | 'valid'; day: string } {
  const [from, to] = [notBefore, notAfter].map((date) => date.toISOString().slice(0, 10)) as [string, string]; // of two
  if (notAfter.getTime() <= nowMs) return { state: 'expired', day: to };
  if (notBefore.getTime() > nowMs) return { state: 'early', day: from };
  return { state: notAfter.getTime() <= nowMs + SOON_MS ? 'soon' : 'valid', day: to };
}
