/** Certificates and pinned connections: the leaf certificate is the identity, nothing else is (design D13, engineering E16). */
export {
  type Certificate,
  certificateFromPem,
  fingerprintOfPem,
  isPair,
  isSelfSigned,
  type MadeCertificate,
  makeCertificate,
  plainFingerprint,
} from './certificate.ts';
export { PinMismatch, type Pinning, pinnedSocket, shownFingerprintOf } from './pinned.ts';
export { seenCertificate } from './seen.ts';
