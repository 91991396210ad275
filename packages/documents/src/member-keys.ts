import {
  isMemberNetworkKey,
  isMemberPoolKey,
  isMemberServerKey,
  type LocalScope,
  MEMBER_NETWORK_TYPES,
  SHARED_POOL_DRIVERS,
} from '@operations-center/fleet-protocol';
import type { ConfigMap } from './preseed-shape.ts';

/** A config cut in two: what the cluster has, and what each member has for itself. */
export type SplitConfig = { cluster: ConfigMap; member: ConfigMap };

export const hasMemberNetworks = (type: string): boolean => MEMBER_NETWORK_TYPES.includes(type);
export const isSharedDriver = (driver: string): boolean => SHARED_POOL_DRIVERS.includes(driver);

// Each split asks both: what this Incus' metadata says, and the keys that its code knows without saying so there.

export const splitServerConfig = (scope: LocalScope, config: ConfigMap): SplitConfig =>
  split(config, (key) => isIn(scope, 'server', key) || isMemberServerKey(key));

/** A type that is not defined per member has no member keys, whatever the metadata says. */
export const splitNetworkConfig = (scope: LocalScope, type: string, config: ConfigMap): SplitConfig =>
  split(config, (key) => hasMemberNetworks(type) && (isIn(scope, `network_${type}`, key) || isMemberNetworkKey(key)));

/** Shared LVM is not in the metadata: it is as LVM, but for its size. */
export const splitPoolConfig = (scope: LocalScope, driver: string, config: ConfigMap): SplitConfig =>
  split(
    config,
    (key) => isMemberPoolKey(driver, key) || (driver !== 'lvmcluster' && isIn(scope, `storage_${driver}`, key)),
  );

const isIn = (scope: LocalScope, entity: string, key: string): boolean => scope[entity]?.includes(key) ?? false;

function split(config: ConfigMap, isMembers: (key: string) => boolean): SplitConfig {
  const entries = Object.entries(config);
  return {
    cluster: Object.fromEntries(entries.filter(([key]) => !isMembers(key))),
    member: Object.fromEntries(entries.filter(([key]) => isMembers(key))),
  };
}
