import 'reflect-metadata';
import { createPrivateKey, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

// Without the DOM library the two names for the same object do not meet.
x509.cryptoProvider.set(webcrypto as never);

/** A certificate read from PEM: the leaf only, whatever follows it. */
export type Certificate = {
  pem: string;
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  fingerprint: string;
  subject: string;
  notBefore: Date;
  notAfter: Date;
};

export type MadeCertificate = { certificate: string; key: string; fingerprint: string };

export type CertificateWish = {
  commonName: string;
  organization?: string;
  dnsNames?: readonly string[];
  addresses?: readonly string[];
  notBefore?: Date;
  days?: number;
  /** P-256 is the default: a handshake costs a third of P-384 (engineering E17). */
  curve?: 'P-256' | 'P-384';
  usage?: 'server' | 'client' | 'both';
};

/** Reads the first certificate of a PEM text. Throws a TypeError if there is none. */
export function certificateFromPem(pem: string): Certificate {
  const read = parse(pem);
  return {
    pem: read.toString(),
    fingerprint: plainFingerprint(read.fingerprint256),
    subject: read.subject,
    notBefore: new Date(read.validFrom),
    notAfter: new Date(read.validTo),
  };
}

export const fingerprintOfPem = (pem: string): string => plainFingerprint(parse(pem).fingerprint256);

/** Whether `key` is the private key of the certificate. Throws a TypeError if either cannot be read. */
export const isPair = (pem: string, key: string): boolean => parse(pem).checkPrivateKey(parseKey(key));

/** Made with its own key: nobody who does not know it can tell that it is genuine. */
export function isSelfSigned(pem: string): boolean {
  const certificate = parse(pem);
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey);
}

/** Node writes AA:BB…; the whole product writes aabb…, as Incus does. */
export const plainFingerprint = (text: string): string => text.replaceAll(':', '').toLowerCase();

/** Makes a self-signed certificate and its key, both PEM. Ten years, as Incus' own, unless told otherwise. */
export async function makeCertificate(wish: CertificateWish): Promise<MadeCertificate> {
  const algorithm = {
    name: 'ECDSA',
    namedCurve: wish.curve ?? 'P-256',
    hash: wish.curve === 'P-384' ? 'SHA-384' : 'SHA-256',
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notBefore = wish.notBefore ?? new Date();
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    name: `O=${wish.organization ?? 'Operations Center'}, CN=${wish.commonName}`,
    notBefore,
    notAfter: new Date(notBefore.getTime() + (wish.days ?? 3650) * 86_400_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: extensionsOf(wish),
  });
  const key = createPrivateKey({
    key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    format: 'der',
    type: 'pkcs8',
  }).export({ format: 'pem', type: 'pkcs8' });
  const certificate = `${made.toString('pem').trim()}\n`;
  return { certificate, key: key.toString(), fingerprint: fingerprintOfPem(certificate) };
}

function extensionsOf(wish: CertificateWish): x509.Extension[] {
  const names: x509.JsonGeneralName[] = [
    ...(wish.dnsNames ?? []).map((value) => ({ type: 'dns', value }) as const),
    ...(wish.addresses ?? []).map((value) => ({ type: 'ip', value }) as const),
  ];
  const usage = wish.usage ?? 'both';
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
    new x509.ExtendedKeyUsageExtension([
      ...(usage === 'client' ? [] : [x509.ExtendedKeyUsage.serverAuth]),
      ...(usage === 'server' ? [] : [x509.ExtendedKeyUsage.clientAuth]),
    ]),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}

function parseKey(key: string): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    throw new TypeError('not a private key in PEM without a passphrase', { cause });
  }
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new TypeError('not a PEM certificate', { cause });
  }
}
