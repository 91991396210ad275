import { Refusal } from './envelope.ts';
import type { Json } from './go-json.ts';

const TYPES = new Set(['zfs-raid0', 'zfs-raid1', 'zfs-raid10', 'zfs-raidz1', 'zfs-raidz2', 'zfs-raidz3']);

/** Throws the 500 that IncusOS answers for a pool it cannot make, or (with `before`) cannot change like this. */
export function checkNewPool(pool: Json, drives: readonly Json[], before: Json | undefined): void {
  const devices = Array.isArray(pool['devices']) ? pool['devices'].map(String) : [];
  const problem = before === undefined ? creationProblem(pool, devices, drives) : updateProblem(devices, before);
  if (problem !== undefined) throw new Refusal(500, problem);
}

function creationProblem(pool: Json, devices: readonly string[], drives: readonly Json[]): string | undefined {
  const type = String(pool['type']);
  if (pool['name'] === '') return 'a name for the zpool must be provided';
  if (!TYPES.has(type)) return `unsupported pool type ${type}`;
  if (devices.length === 0) return 'at least one device must be specified';
  if (type === 'zfs-raid1' && devices.length < 2)
    return 'at least two devices must be specified when creating a raid1 pool';
  if (type === 'zfs-raid10' && devices.length < 4)
    return 'at least four devices must be specified when creating a raid10 pool';
  if (type === 'zfs-raid10' && devices.length % 2 === 1)
    return 'an even number of devices must be specified when creating a raid10 pool';
  const boot = drives.find((drive) => drive['boot'] === true && devices.includes(String(drive['id'])));
  if (boot !== undefined) {
    return `list of devices includes the system root drive ${String(boot['id'])}, which can't be used in other zpools`;
  }
  const unknown = devices.find((device) => !drives.some((drive) => drive['id'] === device));
  return unknown === undefined
    ? undefined
    : `Failed to run: zpool create: exit status 1 (cannot open '${unknown}': no such device)`;
}

function updateProblem(devices: readonly string[], before: Json): string | undefined {
  const had = Array.isArray(before['devices']) ? before['devices'].length : 0;
  return devices.length < had
    ? `only ${devices.length} devices provided in update, expected at least ${had}`
    : undefined;
}
