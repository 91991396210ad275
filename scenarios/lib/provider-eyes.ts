import { expect } from 'vitest';
import type { Daemon } from './daemon.ts';
import { makeEyes } from './incus-eyes.ts';

type Config = Readonly<Record<string, string | null>>;
type Attributes = { name: string; config?: Config; project?: string | null; target?: string | null } & Record<
  string,
  unknown
>;
type State = { resources: { type: string; name: string; instances: { attributes: Attributes }[] }[] };
type Live = { config?: Record<string, string> | null } & Record<string, unknown>;

/** Keys that the provider for Incus leaves to Incus unless its configuration names them; a dot at the end: all below. */
const computed: Readonly<Record<string, readonly string[]>> = {
  incus_network: ['bridge.mtu', 'ipv4.address', 'ipv4.nat', 'ipv6.address', 'ipv6.nat', 'network', 'tunnel.'],
  incus_project: ['features.images', 'features.profiles', 'features.storage.volumes', 'features.storage.buckets'],
  incus_storage_pool: ['source', 'size', 'zfs.pool_name', 'lvm.vg_name', 'lvm.thinpool_name'],
  incus_storage_volume: ['block.filesystem', 'block.mount_options'],
};
/** Kinds of which it looks at the keys that its state has, and at no others. */
const onlyHeld = ['incus_server'];

/**
 * Looks at a cluster as the provider does before a plan, and holds what it sees against the state of the artifact: where
 * nothing differs, OpenTofu has nothing to add, change or destroy. Returns how many things were looked at.
 */
export async function expectStateStands(daemon: Daemon, url: string, cluster: string): Promise<number> {
  const read = async (file: string): Promise<string> => {
    const path = `/1.0/provisioning/clusters/${cluster}/artifacts/terraform-configuration/${file}`;
    return (await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined })).text;
  };
  const { resources } = JSON.parse(await read('terraform.tfstate')) as State; // written by our daemon
  const ignored = ignoredKeys((await read('resources_networks.tf')) + (await read('resources_storage_pools.tf')));
  const eyes = makeEyes(daemon);
  let looked = 0;
  try {
    for (const { type, name, instances } of resources.filter((one) => one.type.startsWith('incus_'))) {
      for (const { attributes } of instances) {
        const live = asProvider(type, attributes, await eyes.get<Live>(url, pathOf(type, attributes)));
        const place = `${type}.${name}`;
        const without = ignored.get(place) ?? [];
        expect(seen(type, attributes, live, without), `${place} ${attributes.target ?? ''}`).toEqual(
          comparable(type, attributes, without),
        );
        looked += 1;
      }
    }
  } finally {
    await eyes.close();
  }
  return looked;
}

function pathOf(type: string, attributes: Attributes): string {
  const { name, project, target } = attributes;
  const paths: Record<string, string> = {
    incus_certificate: `certificates/${String(attributes['fingerprint'])}`,
    incus_cluster_group: `cluster/groups/${name}`,
    incus_cluster_group_member: `cluster/groups/${String(attributes['cluster_group'])}`,
    incus_network: `networks/${name}`,
    incus_profile: `profiles/${name}`,
    incus_project: `projects/${name}`,
    incus_server: '',
    incus_storage_pool: `storage-pools/${name}`,
    incus_storage_volume: `storage-pools/${String(attributes['pool'])}/volumes/custom/${name}`,
  };
  const query = new URLSearchParams({ ...(project ? { project } : {}), ...(target ? { target } : {}) });
  return `/1.0/${paths[type]}?${query.toString()}`.replace('/?', '?').replace(/\?$/, '');
}

/** Of a member of a group the provider only asks whether the group has it. */
function asProvider(type: string, { member }: Attributes, live: Live): Live {
  if (type !== 'incus_cluster_group_member') return live;
  return { member: (live['members'] as string[]).find((one) => one === member) };
}

/** The fields that the provider reads back, besides the config. */
const fields: Readonly<Record<string, readonly string[]>> = {
  incus_certificate: ['name', 'description', 'type', 'restricted', 'projects'],
  incus_cluster_group: ['name', 'description'],
  incus_cluster_group_member: ['member'],
  incus_network: ['name', 'type', 'managed'],
  incus_profile: ['name', 'description'],
  incus_project: ['name', 'description'],
  incus_server: [],
  incus_storage_pool: ['name', 'driver'],
  incus_storage_volume: ['name', 'description', 'type', 'content_type', 'location'],
};

const pick = (type: string, from: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries((fields[type] ?? []).map((field) => [field, from[field]]));

/** What single members hold has no description of its own. */
const describes = (type: string, { target }: Attributes): boolean =>
  (type === 'incus_network' || type === 'incus_storage_pool') && !target;

function comparable(type: string, attributes: Attributes, without: readonly string[]): Record<string, unknown> {
  return {
    ...pick(type, attributes),
    ...(describes(type, attributes) ? { description: attributes['description'] } : {}),
    ...(type === 'incus_profile' ? { device: attributes['device'] } : {}),
    config: Object.fromEntries(Object.entries(attributes.config ?? {}).filter(([key]) => !without.includes(key))),
  };
}

function seen(type: string, attributes: Attributes, live: Live, without: readonly string[]): Record<string, unknown> {
  const held = attributes.config ?? {};
  const config = Object.entries(live.config ?? {}).filter(
    ([key, value]) => value !== '' && isLookedAt(type, key, held) && !without.includes(key),
  );
  return {
    ...pick(type, live),
    ...(describes(type, attributes) ? { description: live['description'] } : {}),
    ...(type === 'incus_profile' ? { device: devicesOf(live) } : {}),
    // A null stays one; an empty text stands for a secret, which the first look fills in.
    config: Object.fromEntries(
      config.map(([key, value]) => [key, held[key] === null || held[key] === '' ? held[key] : value]),
    ),
  };
}

function isLookedAt(type: string, key: string, held: Config): boolean {
  if (Object.hasOwn(held, key)) return true;
  if (onlyHeld.includes(type)) return false;
  return ![...(computed[type] ?? []), 'volatile.'].some(
    (one) => key === one || (one.endsWith('.') && key.startsWith(one)),
  );
}

/** What the files say themselves, by resource: `ignore_changes`. */
function ignoredKeys(text: string): Map<string, string[]> {
  const found = text.split(/^(?=resource )/m).map((block): [string, string[]] => {
    const [, type, name] = /^resource "(.+?)" "(.+?)"/.exec(block) ?? [];
    return [`${type}.${name}`, [...block.matchAll(/^ +config\["(.+)"\],$/gm)].map(([, key]) => key ?? '')];
  });
  return new Map(found);
}

const devicesOf = (live: Live): unknown[] =>
  Object.entries(live['devices'] as Record<string, Record<string, string>>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { type, ...properties }]) => ({ name, type, properties }));
