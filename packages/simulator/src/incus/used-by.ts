import type {
  Database,
  Devices,
  InstanceRow,
  MemberRow,
  NetworkRow,
  PoolRow,
  ProfileRow,
  VolumeRow,
} from './database.ts';
import { inProject, projectWith } from './database.ts';
import { instanceOutline, instanceUrl } from './instance-fields.ts';

const profileUrl = (row: ProfileRow): string => inProject(`/1.0/profiles/${encodeURIComponent(row.name)}`, row.project);

/** Where a volume is: with its member when the server is clustered. */
export function volumeUrl(data: Database, volume: VolumeRow): string {
  const url = `/1.0/storage-pools/${encodeURIComponent(volume.pool)}/volumes/${volume.type}/${encodeURIComponent(volume.name)}`;
  const member = data.cluster === null ? undefined : data.members.find((row) => row.id === volume.member);
  const query = new URLSearchParams();
  if (volume.project !== 'default') query.set('project', volume.project);
  if (member !== undefined) query.set('target', member.name);
  const text = query.toString();
  return text === '' ? url : `${url}?${text}`;
}

export function poolUsers(data: Database, pool: PoolRow, target?: MemberRow): string[] {
  const profiles = data.profiles.filter((row) =>
    hasDevice(row.devices, (device) => device.type === 'disk' && device.pool === pool.name),
  );
  const volumes = data.volumes.filter(
    (row) =>
      row.pool === pool.name &&
      row.type === 'custom' &&
      (target === undefined || row.member === target.id || row.member === 0),
  );
  const buckets = (data.items['storage-bucket'] ?? []).filter((row) => row.parent === pool.name);
  const instances = data.instances.filter(
    (row) => (target === undefined || row.member === target.id) && instanceOutline(data, row).pool === pool.name,
  );
  return [
    ...profiles.map(profileUrl),
    ...instances.map(instanceUrl),
    ...volumes.map((row) => volumeUrl(data, row)),
    ...buckets.map((row) => inProject(`/1.0/storage-pools/${pool.name}/buckets/${row.name}`, row.project)),
  ].sort();
}

export function networkUsers(data: Database, network: NetworkRow): string[] {
  const uses = (devices: Devices, project: string): boolean =>
    projectWith(data, project, 'features.networks') === network.project &&
    hasDevice(
      devices,
      (device) => device.type === 'nic' && (device.network === network.name || device.parent === network.name),
    );
  // An instance also uses what its profiles give it; few profiles stand for many instances.
  const giving = new Set(
    data.profiles.filter((row) => uses(row.devices, row.project)).map((row) => `${row.project} ${row.name}`),
  );
  const usesThrough = (row: InstanceRow): boolean => {
    const { devices, profiles } = instanceOutline(data, row);
    const project = projectWith(data, row.project, 'features.profiles');
    return uses(devices, row.project) || profiles.some((name) => giving.has(`${project} ${name}`));
  };
  return [
    ...data.profiles.filter((row) => uses(row.devices, row.project)).map(profileUrl),
    ...data.instances.filter((row) => usesThrough(row)).map(instanceUrl),
    ...data.networks
      .filter((row) => row.config.network === network.name && row !== network)
      .map((row) => inProject(`/1.0/networks/${row.name}`, row.project)),
  ].sort();
}

export function profileUsers(data: Database, profile: ProfileRow): string[] {
  return data.instances
    .filter(
      (row) =>
        projectWith(data, row.project, 'features.profiles') === profile.project &&
        instanceOutline(data, row).profiles.includes(profile.name),
    )
    .map(instanceUrl);
}

const ITEM_PATHS: Record<string, string> = {
  image: 'images',
  'network-acl': 'network-acls',
  'network-address-set': 'network-address-sets',
  'network-zone': 'network-zones',
};

export function projectUsers(data: Database, project: string): string[] {
  const items = Object.entries(ITEM_PATHS).flatMap(([kind, path]) =>
    (data.items[kind] ?? [])
      .filter((row) => row.project === project)
      .map((row) => inProject(`/1.0/${path}/${row.name}`, project)),
  );
  return [
    ...data.networks
      .filter((row) => row.project === project)
      .map((row) => inProject(`/1.0/networks/${row.name}`, project)),
    ...data.profiles.filter((row) => row.project === project).map(profileUrl),
    ...data.volumes
      .filter((row) => row.project === project && row.type === 'custom')
      .map((row) => volumeUrl(data, row)),
    ...data.instances.filter((row) => row.project === project).map(instanceUrl),
    ...items,
  ].sort();
}

function hasDevice(devices: unknown, is: (device: Record<string, unknown>) => boolean): boolean {
  if (typeof devices !== 'object' || devices === null) return false;
  return Object.values(devices).some(
    (device: unknown) =>
      typeof device === 'object' && device !== null && is(Object.fromEntries(Object.entries(device))),
  );
}
