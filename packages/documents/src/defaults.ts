import type { ConfigMap, Preseed, PreseedNetwork, PreseedProfile } from './preseed-shape.ts';
import { NO_FILE, type Problem, Report } from './problem.ts';

/** What the mesh network of one cluster needs; chosen once, kept with the plan. */
export type Mesh = {
  /** Smallest from 1000 on that no known cluster has. */
  tunnel_id: number;
  /** `fd42:…::/64`, see makeUlaPrefix. */
  ipv6_address: string;
  /** Member name → interface that carries the tunnel, in the order of the members. Empty text: none was found. */
  interfaces: Readonly<Record<string, string>>;
};

/** A preseed with the defaults in it; networks may hold config of single members. */
export type CompletePreseed = Omit<Preseed, 'networks'> & { networks: CompleteNetwork[] };
export type CompleteNetwork = PreseedNetwork & { member_config?: Readonly<Record<string, ConfigMap>> };

export const MESH_NETWORK = 'meshbr0';
export const BRIDGE_NETWORK = 'incusbr0';
export const LOCAL_POOL = 'local';
export const INTERNAL_PROJECT = 'internal';
const SYSTEM_VOLUMES = ['backups', 'images', 'logs'] as const;

/**
 * Adds what every new cluster has, as Operations Center's users know it: what the user gave wins, defaults come after
 * it. Only the mesh network is always ours.
 */
export function addDefaults(preseed: Preseed, mesh: Mesh): { preseed: CompletePreseed; warnings: Problem[] } {
  const report = new Report(NO_FILE);
  const complete: CompletePreseed = {
    ...preseed,
    config: { ...preseed.config, ...volumeKeys(preseed.config) },
    storage_pools: addLocalPool(preseed.storage_pools),
    projects: addNamed(preseed.projects, {
      name: INTERNAL_PROJECT,
      description: 'Internal project to isolate fully managed resources.',
      config: {},
    }),
    networks: addNetworks(preseed.networks, mesh, report),
    storage_volumes: addSystemVolumes(preseed.storage_volumes),
    profiles: addDefaultProfile(
      addDefaultProfile(preseed.profiles, 'default', BRIDGE_NETWORK),
      INTERNAL_PROJECT,
      MESH_NETWORK,
    ),
  };
  return { preseed: complete, warnings: report.warnings };
}

/** A random unique-local prefix in OC's form, from six random bytes. Throws a TypeError for fewer. */
export function makeUlaPrefix(random: Uint8Array): string {
  const [a, b, c, d, e, f] = random;
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined) {
    throw new TypeError('a prefix needs six random bytes');
  }
  const groups = [(a << 8) | b, (c << 8) | d, (e << 8) | f].map((group) => group.toString(16));
  return `fd42:${groups.join(':')}::/64`;
}

function volumeKeys(config: ConfigMap): ConfigMap {
  const keys = SYSTEM_VOLUMES.map((volume) => [`storage.${volume}_volume`, `${LOCAL_POOL}/${volume}`] as const);
  return Object.fromEntries(keys.filter(([key]) => !Object.hasOwn(config, key)));
}

function addLocalPool(pools: Preseed['storage_pools']): Preseed['storage_pools'] {
  const description = 'Local storage pool (on system drive)';
  const source = `${LOCAL_POOL}/incus`;
  const given = pools.find((pool) => pool.name === LOCAL_POOL);
  if (given === undefined) return [...pools, { name: LOCAL_POOL, driver: 'zfs', description, config: { source } }];
  // A directory pool without a source lives below Incus' own directory; a relative path would be refused.
  const needsSource = given.driver !== 'dir' && !Object.hasOwn(given.config, 'source');
  const config = needsSource ? { ...given.config, source } : given.config;
  return pools.map((pool) =>
    pool === given ? { ...pool, description: pool.description || description, config } : pool,
  );
}

/** Added if there is none of that name; else only an empty description is filled. */
function addNamed<T extends { name: string; description: string }>(
  items: readonly T[],
  wanted: T,
  isIt = (item: T): boolean => item.name === wanted.name,
): T[] {
  if (!items.some(isIt)) return [...items, wanted];
  return items.map((item) =>
    isIt(item) && item.description === '' ? { ...item, description: wanted.description } : item,
  );
}

function addNetworks(networks: Preseed['networks'], mesh: Mesh, report: Report): CompleteNetwork[] {
  const given = networks.filter((network) => network.name !== MESH_NETWORK);
  if (given.length < networks.length) {
    const at = ['networks', networks.findIndex((network) => network.name === MESH_NETWORK)];
    report.warn(
      'mesh_network_replaced',
      at,
      `the network ${MESH_NETWORK} is always made by Operations Center; yours is not used`,
    );
  }
  const description = 'Local network bridge (NAT)';
  const bridge = { name: BRIDGE_NETWORK, type: 'bridge', description, config: {}, project: 'default' };
  return [...addNamed<CompleteNetwork>(given, bridge), meshNetwork(mesh)];
}

const meshNetwork = (mesh: Mesh): CompleteNetwork => ({
  name: MESH_NETWORK,
  type: 'bridge',
  description: 'Internal mesh network bridge',
  project: 'default',
  config: {
    'ipv4.address': 'none',
    'ipv6.address': mesh.ipv6_address,
    'ipv6.nat': 'true',
    'tunnel.mesh.id': String(mesh.tunnel_id),
    'tunnel.mesh.protocol': 'vxlan',
  },
  member_config: Object.fromEntries(
    Object.entries(mesh.interfaces).map(([member, name]) => [member, { 'tunnel.mesh.interface': name }]),
  ),
});

function addSystemVolumes(volumes: Preseed['storage_volumes']): Preseed['storage_volumes'] {
  return SYSTEM_VOLUMES.reduce<Preseed['storage_volumes']>(
    (all, name) =>
      addNamed(
        all,
        {
          name,
          type: 'custom',
          content_type: 'filesystem',
          description: `Volume holding system ${name}`,
          config: {},
          pool: LOCAL_POOL,
          project: 'default',
        },
        (volume) => volume.name === name && volume.pool === LOCAL_POOL && volume.project === 'default',
      ),
    volumes,
  );
}

function addDefaultProfile(profiles: readonly PreseedProfile[], project: string, network: string): PreseedProfile[] {
  const devices = { root: { type: 'disk', path: '/', pool: LOCAL_POOL }, eth0: { type: 'nic', network } };
  const isIt = (profile: PreseedProfile): boolean => profile.name === 'default' && profile.project === project;
  if (!profiles.some(isIt)) return [...profiles, { name: 'default', description: '', config: {}, devices, project }];
  return profiles.map((profile) =>
    isIt(profile) ? { ...profile, devices: { ...devices, ...profile.devices } } : profile,
  );
}
