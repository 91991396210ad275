import { createCalls } from '../plan/item-calls.plan.ts';
import { byFingerprint } from '../plan/open-item.ts';
import type { ItemKind } from './item.ts';
import { createOnce, plainItem } from './plain-items.ts';

const plain = plainItem('certificate');

export const certificateItem: ItemKind = {
  read: (site, item) => plain.read(site, byFingerprint(item)),
  async create(site, item) {
    for (const { body } of createCalls(item, site.members)) {
      await createOnce(site, byFingerprint(item), 'certificate', body);
    }
  },
  // A change takes PEM, and only in that form does Incus see that it is the same certificate.
  update: (site, item, body) => plain.update(site, byFingerprint(item), body),
  remove: (site, item) => plain.remove(site, byFingerprint(item)),
};
