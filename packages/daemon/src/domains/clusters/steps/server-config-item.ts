import type { ConfigMap } from '@operations-center/fleet-protocol';
import { memberKeysOf } from '../plan/item-calls.plan.ts';
import type { ServerConfigBody } from '../plan/item-compare.plan.ts';
import { configOf } from '../plan/open-item.ts';
import type { ItemKind, ItemSite } from './item.ts';

/**
 * `live` holds just the keys that are wanted: what somebody else sets is not ours to judge. It always exists, so it is
 * never made, only changed.
 */
export const serverConfigItem: ItemKind = {
  async read(site, item) {
    const members = await Promise.all(
      site.members.map(
        async (target) => [target, pick(await readConfig(site, target), memberKeysOf(item, target))] as const,
      ),
    );
    const config = pick(await readConfig(site), Object.keys(configOf(item.wanted)));
    return { live: { config, members: Object.fromEntries(members) } satisfies ServerConfigBody, partial: false };
  },
  create: async () => undefined,
  async update(site, item, body) {
    const { config, members } = body as ServerConfigBody;
    // One after the other: Incus tells every member of each change.
    for (const target of site.members) await write(site, memberKeysOf(item, target), members[target] ?? {}, target);
    await write(site, Object.keys(configOf(item.wanted)), config);
  },
  remove: async () => undefined,
};

async function readConfig({ parts, cluster, signal }: ItemSite, target?: string): Promise<ConfigMap> {
  const { value } = await parts.fleet.incus.getServer(cluster, { signal, ...(target === undefined ? {} : { target }) });
  return value.config;
}

/** Sets `keys` to `values`, unsets those without a value, leaves the rest; no call if all is so already. */
async function write(
  { parts, cluster, signal }: ItemSite,
  keys: readonly string[],
  values: ConfigMap,
  target?: string,
): Promise<void> {
  const where = target === undefined ? {} : { target };
  const { value, etag } = await parts.fleet.incus.getServer(cluster, { signal, ...where });
  if (keys.every((key) => (value.config[key] ?? '') === (values[key] ?? ''))) return;
  const config = { ...value.config };
  for (const key of keys) {
    // Seen: a `user.*` key that is left out stays; only an empty value unsets it.
    config[key] = values[key] ?? '';
  }
  await parts.fleet.incus.putServerConfig(cluster, config, { signal, etag, ...where });
}

const pick = (config: ConfigMap, keys: readonly string[]): ConfigMap =>
  Object.fromEntries(keys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));
