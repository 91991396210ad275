import { isRefusedWith } from '../../../fleet/fleet-failure.ts';
import type { IncusObjectKind } from '../../../fleet/incus-objects.ts';
import { createCalls } from '../plan/item-calls.plan.ts';
import { type ItemBody, identityOf, type OpenItem } from '../plan/open-item.ts';
import type { PlannedItem } from '../plan/plan.ts';
import type { ItemKind, ItemSite } from './item.ts';

/** Projects, profiles, groups, certificates: one object for the whole cluster, made by one call. */
export const plainItem = (kind: IncusObjectKind): ItemKind => ({
  async read({ parts, cluster, signal }, item) {
    const found = await parts.fleet.objects.getObject(cluster, identityOf(item, kind), { signal });
    return found === undefined ? null : { live: found.value, partial: false };
  },
  async create(site, item) {
    for (const { body } of createCalls(item, site.members)) await createOnce(site, item, kind, body);
  },
  async update({ parts, cluster, signal }, item, body) {
    const { objects } = parts.fleet;
    const identity = identityOf(item, kind);
    const found = await objects.getObject(cluster, identity, { signal });
    await objects.putObject(cluster, identity, body, { signal, etag: found?.etag });
  },
  async remove({ parts, cluster, signal }, item) {
    await parts.fleet.objects.deleteObject(cluster, identityOf(item, kind), { signal });
  },
});

/** Every project comes with a profile `default`, which nobody can delete. */
export const comesWithItsProject = ({ kind, name }: Pick<PlannedItem, 'kind' | 'name'>): boolean =>
  kind === 'profile' && name === 'default';

/** A profile `default` goes with its project; until then it must let go of the networks and pools that go before it. */
export const profileItem: ItemKind = {
  ...plainItem('profile'),
  async remove(site, item) {
    const { remove, update } = plainItem('profile');
    if (!comesWithItsProject(item.planned)) return remove(site, item);
    await update(site, item, { description: '', config: {}, devices: {} });
  },
};

/** Only an empty group can be deleted. */
export const groupItem: ItemKind = {
  ...plainItem('cluster-group'),
  async remove(site, item) {
    const { read, remove, update } = plainItem('cluster-group');
    const found = await read(site, item);
    if (found === null) return;
    const { description, config } = found.live;
    await update(site, item, { description, config, members: [] });
    await remove(site, item);
  },
};

/** 409: it is there already, made by a call of ours whose answer was lost. */
export async function createOnce(
  { parts, cluster, signal }: ItemSite,
  item: OpenItem,
  kind: IncusObjectKind,
  body: ItemBody,
  target?: string,
): Promise<void> {
  try {
    await parts.fleet.objects.createObject(cluster, identityOf(item, kind), body, {
      signal,
      ...(target === undefined ? {} : { target }),
    });
  } catch (error) {
    if (!isRefusedWith(error, 409)) throw error;
  }
}
