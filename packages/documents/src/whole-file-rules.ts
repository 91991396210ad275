import { readCertificate, validityOf } from './certificate.ts';
import { addDefaults } from './defaults.ts';
import { nearestWord } from './nearest-word.ts';
import type { Preseed } from './preseed-shape.ts';
import type { Path } from './problem.ts';
import { listReferences, namesOf } from './references.ts';
import type { Reader } from './schemas/reader.ts';

/**
 * What can be said of an application file alone, with no server to ask: what it names must be made by it, or be there
 * on every new cluster. A creation asks the servers instead (its checks), for one of them may hold more.
 */
export function judgeWholeFile(preseed: Preseed, reader: Reader, nowMs: number): void {
  judgeReferences(preseed, reader);
  preseed.certificates.forEach(({ certificate }, index) => {
    judgeTimes(certificate, ['certificates', index, 'certificate'], reader, nowMs);
  });
}

function judgeReferences(preseed: Preseed, { report, allowUnknown }: Reader): void {
  const there = namesOf(addDefaults(preseed, { tunnel_id: 0, ipv6_address: '', interfaces: {} }).preseed);
  for (const { kind, name, at } of listReferences(preseed)) {
    // Which servers there are is said elsewhere.
    if (kind === 'member' || there[kind].includes(name) || report.blames(at)) continue;
    const suggestion = nearestWord(name, there[kind]);
    const message = `${kind === 'pool' ? 'storage pool' : kind} "${name.slice(0, 60)}" does not exist and is not created by this file`;
    const known = `${kind}s that will exist: ${there[kind].slice(0, 10).join(', ')}`;
    const remedy = suggestion === undefined ? `Add it to the file. ${known}.` : `Write "${suggestion}".`;
    report[allowUnknown ? 'warn' : 'problem']('unknown_reference', at, message, { suggestion, remedy });
  }
}

function judgeTimes(certificate: string, at: Path, { report }: Reader, nowMs: number): void {
  const read = readCertificate(certificate);
  if (read === undefined || report.blames(at)) return;
  const { state, day } = validityOf(read, nowMs);
  const remedy = 'Give one that is valid: openssl x509 -in FILE -noout -dates.';
  if (state === 'expired') report.problem('certificate_expired', at, `the certificate expired on ${day}`, { remedy });
  if (state === 'early') report.problem('certificate_early', at, `the certificate is valid from ${day} on`, { remedy });
  if (state === 'soon') report.warn('certificate_expires', at, `the certificate expires on ${day}`, { remedy });
}
