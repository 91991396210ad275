import type { ConfigMap } from './preseed-shape.ts';

/**
 * Per entity (`server`, `network_bridge`, `storage_zfs`) the config keys that belong to one member, as Incus' own
 * `metadata/configuration` says.
 */
export type LocalScope = Readonly<Record<string, readonly string[]>>;

/** A config cut in two: what the cluster has, and what each member has for itself. */
export type SplitConfig = { cluster: ConfigMap; member: ConfigMap };

// Member-specific in Incus' code, but not marked so in its metadata.
const SERVER_EXTRAS = ['network.ovs.connection', 'storage.linstor.satellite.name'];
const TUNNEL_KEY = /^tunnel\.[^.]+\.(?:interface|local)$/;

/** Network types that are defined on each member first; the others (ovn) take one call. */
const MEMBER_NETWORK_TYPES = ['bridge', 'macvlan', 'sriov', 'physical'];
/** Storage that all members share: a volume on it is made once. */
const SHARED_DRIVERS = ['ceph', 'cephfs', 'cephobject', 'linstor', 'lvmcluster', 'truenas'];

export const hasMemberNetworks = (type: string): boolean => MEMBER_NETWORK_TYPES.includes(type);
export const isSharedDriver = (driver: string): boolean => SHARED_DRIVERS.includes(driver);

export const splitServerConfig = (scope: LocalScope, config: ConfigMap): SplitConfig =>
  split(config, (key) => isIn(scope, 'server', key) || SERVER_EXTRAS.includes(key));

/** A type that is not defined per member has no member keys, whatever the metadata says. */
export const splitNetworkConfig = (scope: LocalScope, type: string, config: ConfigMap): SplitConfig =>
  split(
    config,
    (key) =>
      hasMemberNetworks(type) &&
      (isIn(scope, `network_${type}`, key) ||
        TUNNEL_KEY.test(key) ||
        (type === 'bridge' && key === 'bridge.external_interfaces')),
  );

/** Shared LVM is not in the metadata: it is as LVM, but for its size. */
export const splitPoolConfig = (scope: LocalScope, driver: string, config: ConfigMap): SplitConfig =>
  split(config, (key) =>
    driver === 'lvmcluster' ? key !== 'size' && isIn(scope, 'storage_lvm', key) : isIn(scope, `storage_${driver}`, key),
  );

const isIn = (scope: LocalScope, entity: string, key: string): boolean => scope[entity]?.includes(key) ?? false;

function split(config: ConfigMap, isMembers: (key: string) => boolean): SplitConfig {
  const entries = Object.entries(config);
  return {
    cluster: Object.fromEntries(entries.filter(([key]) => !isMembers(key))),
    member: Object.fromEntries(entries.filter(([key]) => isMembers(key))),
  };
}
