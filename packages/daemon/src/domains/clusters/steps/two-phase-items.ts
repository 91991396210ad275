import { MEMBER_NETWORK_TYPES } from '@operations-center/fleet-protocol';
import { configOf, type ItemBody, type ItemKind, type ItemSite, identityOf, type OpenItem } from './item.ts';
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
    if (hasMemberPhase(kind, item.wanted)) await defineOnMembers(site, item, kind, found?.value.locations ?? []);
    // A try that failed half-way is gone on with by the same call without config.
    const body = status === 'Errored' ? { ...item.wanted, config: {} } : item.wanted;
    await createOnce(site, item, kind, body);
  },
});

const hasMemberPhase = (kind: Kind, wanted: ItemBody): boolean =>
  kind === 'storage-pool' || MEMBER_NETWORK_TYPES.includes(typeOf(wanted));

const typeOf = ({ type }: ItemBody): string => (typeof type === 'string' && type !== '' ? type : 'bridge');

async function defineOnMembers(site: ItemSite, item: OpenItem, kind: Kind, defined: readonly string[]): Promise<void> {
  const { name, driver, type } = item.wanted;
  for (const member of site.members) {
    if (defined.includes(member)) continue;
    const config = item.perMember?.[member] ?? {};
    const body = kind === 'storage-pool' ? { name, driver, config } : { name, type, config };
    await createOnce(site, item, kind, body, member);
  }
}

/** Custom volumes are each member's own; on shared storage the first one's is everybody's. */
const holders = ({ members }: ItemSite, item: OpenItem): readonly string[] =>
  item.perMember === null ? members : Object.keys(item.perMember);

/** The same name on every member that holds one. */
export const volumeItem: ItemKind = {
  async read(site, item) {
    const { parts, cluster, signal } = site;
    const found = await Promise.all(
      holders(site, item).map((target) =>
        parts.fleet.objects.getObject(cluster, identityOf(item, 'storage-volume'), { signal, target }),
      ),
    );
    const [live] = found.filter((entry) => entry !== undefined);
    return live === undefined ? null : { live: live.value, partial: found.includes(undefined) };
  },
  async create(site, item) {
    const { parts, cluster, signal } = site;
    await Promise.all(
      holders(site, item).map(async (target) => {
        const found = await parts.fleet.objects.getObject(cluster, identityOf(item, 'storage-volume'), {
          signal,
          target,
        });
        if (found === undefined) await createOnce(site, item, 'storage-volume', item.wanted, target);
      }),
    );
  },
  async update(site, item, body) {
    const { parts, cluster, signal } = site;
    const config = configOf(body);
    await Promise.all(
      holders(site, item).map((target) =>
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
      holders(site, item).map((target) =>
        parts.fleet.objects.deleteObject(cluster, identityOf(item, 'storage-volume'), { signal, target }),
      ),
    );
  },
};
