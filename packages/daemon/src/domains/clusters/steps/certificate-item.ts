import { fingerprintOfPem } from '@operations-center/tls';
import { type ItemKind, identityOf, type OpenItem } from './item.ts';
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
  async update(site, item, body) {
    const { objects } = site.parts.fleet;
    await objects.putObject(
      site.cluster,
      identityOf(byFingerprint(item), 'certificate'),
      { ...body, certificate: derText(item) },
      { signal: site.signal },
    );
  },
  remove: (site, item) => plain.remove(site, byFingerprint(item)),
};

/** Incus takes the DER form as base64, which is a PEM without its armour. */
const derText = (item: OpenItem): string => String(item.wanted['certificate']).replace(/-----[^-]+-----|\s/g, '');
