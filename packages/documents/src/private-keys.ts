import { holdsPrivateKey } from './certificate.ts';
import { isObject } from './decode.ts';
import type { Path, Report } from './problem.ts';

/** Before anything else looks at the values: a pasted private key is named by its place and never repeated. */
export function refusePrivateKeys(value: unknown, at: Path, report: Report): void {
  // Nothing we read is nested deeper; what is will be refused by its type.
  if (at.length > 8) return;
  if (typeof value === 'string' && holdsPrivateKey(value)) {
    refusePrivateKey(at, report);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refusePrivateKeys(item, [...at, index], report);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) refusePrivateKeys(item, [...at, key], report);
  }
}

export function refusePrivateKey(at: Path, report: Report): void {
  const message = 'this holds a private key, which must never leave its owner; give the certificate only';
  const remedy = 'Give the certificate; if others have seen this file, make a new key.';
  if (!report.blames(at)) report.problem('private_key_in_document', at, message, { remedy });
}
