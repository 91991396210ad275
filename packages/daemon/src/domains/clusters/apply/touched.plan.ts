import type { PlannedItem } from '../plan/plan.ts';
import type { FieldChange } from './apply.ts';

/** As much of an instance as says what it uses. */
export type InstanceUse = {
  name: string;
  project: string;
  status: string;
  location: string;
  profiles: readonly string[];
  expanded_devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Which instances a change touches, and how. */
export type Touch = {
  item: string;
  how: string;
  instances: readonly { name: string; project: string; member: string; running: boolean }[];
};

type Changed = Pick<PlannedItem, 'key' | 'kind' | 'name' | 'project' | 'pool'>;

/** Undefined: none is touched. */
export function touchOf(
  item: Changed,
  changes: readonly Pick<FieldChange, 'field'>[],
  instances: readonly InstanceUse[],
): Touch | undefined {
  const uses = usesOf[item.kind];
  const how = howOf(item, changes);
  if (uses === undefined || how === undefined) return undefined;
  const touched = instances.filter((instance) => uses(item, instance));
  if (touched.length === 0) return undefined;
  return {
    item: item.key,
    how,
    instances: touched.map(({ name, project, location, status }) => ({
      name,
      project,
      member: location,
      running: status === 'Running' || status === 'Frozen',
    })),
  };
}

type Uses = (item: Changed, instance: InstanceUse) => boolean;

const hasDevice = (
  { expanded_devices }: InstanceUse,
  is: (device: Readonly<Record<string, string>>) => boolean,
): boolean => Object.values(expanded_devices).some(is);

const usesOf: Partial<Record<PlannedItem['kind'], Uses>> = {
  // A project without profiles of its own uses those of the default project.
  profile: ({ name, project }, { profiles, project: own }) =>
    profiles.includes(name) && (own === project || project === 'default'),
  network: ({ name, project }, instance) =>
    (instance.project === project || project === 'default') &&
    hasDevice(instance, ({ type, network, parent }) => type === 'nic' && (network === name || parent === name)),
  'storage-pool': ({ name }, instance) => hasDevice(instance, ({ type, pool }) => type === 'disk' && pool === name),
  'storage-volume': ({ name, pool }, instance) =>
    hasDevice(instance, (device) => device['type'] === 'disk' && device['pool'] === pool && device['source'] === name),
  project: ({ name }, instance) => instance.project === name,
};

/** Undefined: nothing that an instance could notice. */
function howOf({ kind }: Changed, changes: readonly Pick<FieldChange, 'field'>[]): string | undefined {
  const parts = new Set(changes.map(({ field }) => field.split('.')[0]));
  switch (kind) {
    case 'profile': {
      if (parts.has('devices'))
        return 'devices are taken out and put in while they run; a network card loses its link for a moment';
      if (!parts.has('config')) return undefined;
      return 'keys that Incus changes live take effect at once, others at the next start';
    }
    case 'network':
      return parts.has('config') ? 'the network is set up anew: its DHCP, DNS and firewall rules restart' : undefined;
    case 'project':
      return parts.has('config') ? 'limits and restrictions hold for what is made or started from now on' : undefined;
    case 'storage-pool':
    case 'storage-volume':
      return parts.has('config') ? 'it goes on working; what runs keeps its disk' : undefined;
    // No instance uses these.
    case 'certificate':
    case 'cluster-group':
    case 'server-config':
      return undefined;
  }
}
