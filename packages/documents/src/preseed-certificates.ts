import { holdsPrivateKey, readCertificate } from './certificate.ts';
import type { PreseedCertificate } from './preseed-shape.ts';
import type { Path, Report } from './problem.ts';

export type GivenCertificate = Omit<PreseedCertificate, 'fingerprint' | 'type'> & {
  type?: string | undefined;
  trust_token: string;
  token: boolean;
};

/** Reads the certificates that are to be trusted; what is none is a problem. */
export function readCertificates(given: readonly GivenCertificate[], report: Report): PreseedCertificate[] {
  return withoutDoubles(
    given.flatMap((one, index) => checkCertificate(one, index, report)),
    report,
  );
}

function checkCertificate(given: GivenCertificate, index: number, report: Report): PreseedCertificate[] {
  const at: Path = ['certificates', index];
  const { trust_token, token, type = '', ...certificate } = given;
  if (token || trust_token !== '') {
    const message = 'a token cannot be used here; give the certificate itself';
    report.problem('certificate_token_refused', at, message, { remedy: 'Give "certificate" in its place.' });
    return [];
  }
  if (type !== '' && type !== 'client' && type !== 'metrics' && !report.blames([...at, 'type'])) {
    const expected = 'client or metrics';
    report.problem('certificate_type', [...at, 'type'], `expected ${expected}`, {
      expected,
      remedy: `Write ${expected}.`,
    });
  }
  const isRefused = report.blames([...at, 'certificate']) || report.blames(at);
  if (isRefused || holdsPrivateKey(certificate.certificate)) return [];
  const read = readCertificate(certificate.certificate);
  if (read === undefined) {
    const message =
      'not a PEM certificate; it begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----';
    report.problem('certificate_invalid', [...at, 'certificate'], message, {
      remedy: 'Give the whole certificate; "certificate: |" and its lines below, further to the right.',
    });
    return [];
  }
  if (read.count > 1) {
    report.warn(
      'certificate_chain',
      [...at, 'certificate'],
      `${read.count} certificates are given; the first is trusted, the others are ignored`,
      { remedy: 'Leave the first one only, or give each an entry of its own.' },
    );
  }
  return [{ ...certificate, type: type || 'client', certificate: read.pem, fingerprint: read.fingerprint }];
}

/** The same certificate twice is trusted once; what it may do must not depend on the order. */
function withoutDoubles(certificates: PreseedCertificate[], report: Report): PreseedCertificate[] {
  const kept = new Map<string, PreseedCertificate>();
  for (const one of certificates) {
    const first = kept.get(one.fingerprint);
    const at: Path = ['certificates'];
    if (first === undefined) kept.set(one.fingerprint, one);
    else if (rightsOf(first) === rightsOf(one))
      report.warn(
        'certificate_twice',
        at,
        `"${first.name}" and "${one.name}" are the same certificate; it is trusted once`,
        { remedy: 'Remove one of them.' },
      );
    else
      report.problem(
        'certificate_conflict',
        at,
        `"${first.name}" and "${one.name}" are the same certificate with different rights`,
        { remedy: 'Remove one of them.' },
      );
  }
  return [...kept.values()];
}

const rightsOf = (one: PreseedCertificate): string =>
  JSON.stringify([one.type, one.restricted, [...one.projects].sort()]);
