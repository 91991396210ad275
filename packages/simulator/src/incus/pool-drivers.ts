import { SHARED_POOL_DRIVERS } from '@operations-center/fleet-protocol';
import type { ConfigMap } from './database.ts';
import type { Machine } from './machine.ts';
import { IncusError } from './reply.ts';

const SERVICE: Record<string, string> = {
  ceph: 'ceph',
  cephfs: 'ceph',
  cephobject: 'ceph',
  lvm: 'lvm',
  lvmcluster: 'lvm',
  linstor: 'linstor',
  truenas: 'iscsi',
};
const DRIVERS = ['dir', 'btrfs', 'zfs', 'lvm', ...SHARED_POOL_DRIVERS];

/** A pool that all members see as one: its volumes belong to no member. */
export const isShared = (driver: string): boolean => SHARED_POOL_DRIVERS.includes(driver);

/** Throws what Incus answers if this server cannot use the driver. */
export function checkDriver(machine: Machine, driver: string): void {
  if (!DRIVERS.includes(driver)) throw new IncusError(500, 'Unknown driver');
  const able = machine.options.storageDrivers ?? ['zfs', 'dir', 'btrfs', 'lvm', 'lvmcluster'];
  const service = SERVICE[driver];
  if (service !== undefined) {
    if (machine.options.services?.().includes(service) !== true) {
      throw new IncusError(500, `IncusOS service "${service}" isn't currently enabled`);
    }
    return;
  }
  if (!able.includes(driver))
    throw new IncusError(400, `Required tool '${driver === 'zfs' ? 'zpool' : driver}' is missing`);
}

/** Makes a pool on one member: gives the member's own keys as the driver leaves them. Throws IncusError. */
export function fillPool(machine: Machine, pool: { name: string; driver: string }, given: ConfigMap): ConfigMap {
  checkDriver(machine, pool.driver);
  const { 'zfs.pool_name': _name, 'volatile.initial_source': _source, ...config } = given;
  const source = config.source ?? '';
  if (pool.driver === 'dir') return { ...config, source: source || `/var/lib/incus/storage-pools/${pool.name}` };
  if (isShared(pool.driver) && pool.driver !== 'lvmcluster') return config;
  if (source === '') {
    if (machine.options.onIncusOs !== false) throw new IncusError(500, "Loop backed pools aren't supported on IncusOS");
    return { ...config, source: `/var/lib/incus/disks/${pool.name}.img` };
  }
  const used = outsideName(pool, source);
  if (machine.outside.has(used)) throw new IncusError(500, occupied(pool.driver, used));
  machine.outside.add(used);
  const initial = { 'volatile.initial_source': source };
  if (pool.driver === 'zfs') return { ...config, ...initial, source: used, 'zfs.pool_name': used };
  if (pool.driver === 'btrfs') return { ...config, ...initial, source };
  return { ...config, ...initial, source: used, 'lvm.vg_name': used };
}

/** Takes the pool's data off the member's drives. */
export function emptyPool(machine: Machine, pool: { name: string; driver: string }, config: ConfigMap): void {
  machine.outside.delete(outsideName(pool, config.source ?? ''));
}

/** A whole block device becomes a pool of its own, named like the Incus pool; else it is the data set or group that was named. */
const outsideName = (pool: { name: string; driver: string }, source: string): string =>
  source.startsWith('/') && pool.driver !== 'btrfs' ? pool.name : source;

function occupied(driver: string, name: string): string {
  if (driver === 'zfs')
    return `Provided ZFS pool (or dataset) isn't empty, run "sudo zfs list -r ${name}" to see existing entries`;
  if (driver === 'btrfs') return `Requested path "${name}" isn't empty`;
  return `Volume group "${name}" is not empty`;
}

/** Space of a pool on one member: a fresh one. */
export const poolSpace = (): unknown => ({
  space: { used: 4313088, total: 17716740096 },
  inodes: { used: 0, total: 0 },
});
