import { createCalls, holdersOf } from '../plan/item-calls.plan.ts';
import { configOf, identityOf } from '../plan/open-item.ts';
import type { ItemKind } from './item.ts';
import { createOnce, plainItem } from './plain-items.ts';

type Kind = 'storage-pool' | 'network';

/** Pools and networks: first defined on each member with the keys of its own, then made everywhere by one call. */
export const twoPhaseItem = (kind: Kind): ItemKind => ({
  ...plainItem(kind),
  async read({ parts, cluster, signal }, item) {
    const found = await parts.fleet.objects.getObject(cluster, identityOf(item, kind), { signal });
    if (found === undefined) return null;
    return { live: found.value, partial: found.value.status === 'Pending' || found.value.status === 'Errored' };
  },
  async create(site, item) {
    const found = await site.parts.fleet.objects.getObject(site.cluster, identityOf(item, kind), {
      signal: site.signal,
    });
    const status = found?.value.status;
    if (status === 'Created') return;
    const defined = found?.value.locations ?? [];
    for (const { body, target } of createCalls(item, site.members)) {
      if (target !== undefined && defined.includes(target)) continue;
      // A try that failed half-way is gone on with by the same call without config.
      const isRest = target === undefined && status === 'Errored';
      await createOnce(site, item, kind, isRest ? { ...body, config: {} } : body, target);
    }
  },
});

/** The same name on every member that holds one. */
export const volumeItem: ItemKind = {
  async read(site, item) {
    const { parts, cluster, signal } = site;
    const found = await Promise.all(
      holdersOf(item, site.members).map((target) =>
        parts.fleet.objects.getObject(cluster, identityOf(item, 'storage-volume'), { signal, target }),
      ),
    );
    const [live] = found.filter((entry) => entry !== undefined);
    return live === undefined ? null : { live: live.value, partial: found.includes(undefined) };
  },
  async create(site, item) {
    const { parts, cluster, signal } = site;
    await Promise.all(
      createCalls(item, site.members).map(async ({ body, target }) => {
        const found = await parts.fleet.objects.getObject(cluster, identityOf(item, 'storage-volume'), {
          signal,
          ...(target === undefined ? {} : { target }),
        });
        if (found === undefined) await createOnce(site, item, 'storage-volume', body, target);
      }),
    );
  },
  async update(site, item, body) {
    const { parts, cluster, signal } = site;
    const config = configOf(body);
    await Promise.all(
      holdersOf(item, site.members).map((target) =>
        parts.fleet.objects.putObject(
          cluster,
          identityOf(item, 'storage-volume'),
          { description: body['description'], config },
          { signal, target },
        ),
      ),
    );
  },
  async remove(site, item) {
    const { parts, cluster, signal } = site;
    await Promise.all(
      holdersOf(item, site.members).map((target) =>
        parts.fleet.objects.deleteObject(cluster, identityOf(item, 'storage-volume'), { signal, target }),
      ),
    );
  },
};
