/**
 * Config keys that belong to one member, not to the cluster. `GET /1.0/metadata/configuration` is asked first
 * (`localScopeFrom`); these tables add what it leaves out and serve where there is no server to ask.
 */

/** Keys of `GET /1.0` that each member has for itself. */
export const MEMBER_SERVER_KEYS: readonly string[] = [
  'cluster.https_address',
  'core.bgp_address',
  'core.bgp_routerid',
  'core.debug_address',
  'core.dns_address',
  'core.https_address',
  'core.metrics_address',
  'core.storage_buckets_address',
  'core.syslog_socket',
  'network.ovs.connection',
  'storage.backups_volume',
  'storage.images_volume',
  'storage.logs_volume',
  'storage.linstor.satellite.name',
];

/** Server keys of which one value for all members would cut us off. */
export const ADDRESS_KEYS: readonly string[] = ['cluster.https_address', 'core.https_address'];

/** Keys of a storage pool given per member in its first phase. `size` is not one of them for `lvmcluster`. */
export const MEMBER_POOL_KEYS: readonly string[] = [
  'lvm.thinpool_name',
  'lvm.vg.force_reuse',
  'lvm.vg_name',
  'size',
  'source',
  'source.wipe',
  'volatile.initial_source',
  'zfs.pool_name',
];

/** Keys of a network given per member in its first phase; `tunnel.<name>.interface|local` come on top. */
export const MEMBER_NETWORK_KEYS: readonly string[] = [
  'bgp.ipv4.nexthop',
  'bgp.ipv6.nexthop',
  'bridge.external_interfaces',
  'parent',
];

const TUNNEL_MEMBER_KEY = /^tunnel\.[^.]+\.(?:interface|local)$/;

export const isMemberNetworkKey = (key: string): boolean =>
  MEMBER_NETWORK_KEYS.includes(key) || TUNNEL_MEMBER_KEY.test(key);

export const isMemberPoolKey = (driver: string, key: string): boolean =>
  MEMBER_POOL_KEYS.includes(key) && !(driver === 'lvmcluster' && key === 'size');

export const isMemberServerKey = (key: string): boolean => MEMBER_SERVER_KEYS.includes(key);

/** Network types that are first defined on each member. Others (ovn) take one call. */
export const MEMBER_NETWORK_TYPES: readonly string[] = ['bridge', 'macvlan', 'sriov', 'physical'];

/** Storage that all members see as one: a volume on it is made once and belongs to no member. */
export const SHARED_POOL_DRIVERS: readonly string[] = [
  'ceph',
  'cephfs',
  'cephobject',
  'linstor',
  'lvmcluster',
  'truenas',
];
