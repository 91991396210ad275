import { fingerprintOfPem } from '@operations-center/tls';
import type { ItemKind, OpenItem } from './item.ts';
import { createOnce, plainItem } from './plain-items.ts';

/** Incus knows a trusted certificate by its fingerprint, whatever its name. */
const byFingerprint = (item: OpenItem): OpenItem => ({
  ...item,
  planned: { ...item.planned, name: fingerprintOf(item), project: '' },
});

export const fingerprintOf = (item: OpenItem): string => fingerprintOfPem(String(item.wanted['certificate']));

const plain = plainItem('certificate');

export const certificateItem: ItemKind = {
  read: (site, item) => plain.read(site, byFingerprint(item)),
  create: (site, item) =>
    createOnce(site, byFingerprint(item), 'certificate', { ...item.wanted, certificate: derText(item) }),
  // A change takes PEM, and only in that form does Incus see that it is the same certificate.
  update: (site, item, body) => plain.update(site, byFingerprint(item), body),
  remove: (site, item) => plain.remove(site, byFingerprint(item)),
};

/** A new one is taken as base64 of its DER form, which is a PEM without its armour. */
const derText = (item: OpenItem): string => String(item.wanted['certificate']).replace(/-----[^-]+-----|\s/g, '');
