import type { OpenItem } from '../plan/open-item.ts';
import type { PlannedItem } from '../plan/plan.ts';
import { certificateItem } from './certificate-item.ts';
import type { ItemKind, ItemSite } from './item.ts';
import { groupItem, plainItem, profileItem } from './plain-items.ts';
import { serverConfigItem } from './server-config-item.ts';
import { twoPhaseItem, volumeItem } from './two-phase-items.ts';

/** How each kind of item is read, made, changed and taken away. */
export const itemKinds: Record<PlannedItem['kind'], ItemKind> = {
  project: plainItem('project'),
  profile: profileItem,
  'cluster-group': groupItem,
  certificate: certificateItem,
  'storage-pool': twoPhaseItem('storage-pool'),
  network: twoPhaseItem('network'),
  'storage-volume': volumeItem,
  'server-config': serverConfigItem,
};

export const readItem = (site: ItemSite, item: OpenItem) => itemKinds[item.planned.kind].read(site, item);
