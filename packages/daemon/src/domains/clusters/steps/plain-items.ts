import { isRefusedWith } from '../../../fleet/fleet-failure.ts';
import type { IncusObjectKind } from '../../../fleet/incus-objects.ts';
import { type ItemBody, type ItemKind, type ItemSite, identityOf, type OpenItem } from './item.ts';

/** Projects, profiles, groups, certificates: one object for the whole cluster, made by one call. */
export const plainItem = (kind: IncusObjectKind): ItemKind => ({
  async read({ parts, cluster, signal }, item) {
    const found = await parts.fleet.objects.getObject(cluster, identityOf(item, kind), { signal });
    return found === undefined ? null : { live: found.value, partial: false };
  },
  create: (site, item) => createOnce(site, item, kind, item.wanted),
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
