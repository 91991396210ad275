import { type ApplicationItem, type ConfigMap, MESH_NETWORK } from '@operations-center/documents';
import type { ClusterGroup, Network, Profile, Project, StoragePool } from '@operations-center/fleet-protocol';
import type { MemberValues } from '../apply/apply.ts';
import { toValues } from '../apply/item-values.plan.ts';
import { isWrittenByIncus, strangeField } from '../apply/three-way.plan.ts';

/** All that a cluster has of the kinds that a template can speak of, whoever made it. */
export type LivingLists = {
  projects: readonly Project[];
  pools: readonly StoragePool[];
  networks: readonly Network[];
  profiles: readonly Profile[];
  groups: readonly ClusterGroup[];
};

/**
 * Pure: what is live and no file spoke of: things that others made, and those of our defaults that others changed. As
 * items, so that they are told like all others.
 */
export function listExtras(
  lists: LivingLists,
  known: ReadonlySet<string>,
  applied: Readonly<Record<string, MemberValues>>,
): ApplicationItem[] {
  return allItems(lists).filter((item) => {
    if (known.has(item.key)) return false;
    const was = applied[item.key]?.[''];
    const live = toValues(item.kind, item.body);
    if (was !== undefined) return strangeField({ '': was }, { '': live }) !== undefined;
    const isByItself = item.name === 'default' || item.name === MESH_NETWORK;
    return !isByItself || Object.keys(live).some((field) => /^(?:config|devices)\./.test(field));
  });
}

function allItems({ projects, pools, networks, profiles, groups }: LivingLists): ApplicationItem[] {
  const item = { after: [], member_config: {} };
  return [
    ...projects.map(({ name, description, config }) => ({
      ...{ ...item, kind: 'project' as const, key: `project/${name}`, about: `project ${name}`, name },
      body: { name, description: own(name, description), config: chosen(config) },
    })),
    ...pools.map(({ name, driver, description, config }) => ({
      ...{ ...item, kind: 'storage-pool' as const, key: `storage-pool/${name}`, about: `storage pool ${name}`, name },
      body: { name, driver, description, config: chosen(config) },
    })),
    ...networks
      .filter(({ name }) => name !== MESH_NETWORK)
      .map(({ name, type, project, description, config }) => ({
        ...{ ...item, kind: 'network' as const, key: `network/${project || 'default'}/${name}` },
        ...{ about: `network ${name}`, name, project: project || 'default' },
        body: { name, type, description, config: chosen(config) },
      })),
    ...profiles.map(({ name, project, description, config, devices }) => ({
      ...{ ...item, kind: 'profile' as const, key: `profile/${project || 'default'}/${name}` },
      ...{ about: `profile ${name}`, name, project: project || 'default' },
      body: { name, description: own(name, description), config, devices },
    })),
    ...groups
      .filter(({ name }) => name !== 'default')
      .map(({ name, description, members, config }) => ({
        ...{ ...item, kind: 'cluster-group' as const, key: `cluster-group/${name}`, about: `cluster group ${name}` },
        ...{ name, body: { name, description, members: [...members], config } },
      })),
  ];
}

/** Incus describes what it makes for itself. */
const own = (name: string, description: string): string => (name === 'default' ? '' : description);

const chosen = (config: Readonly<Record<string, string>>): ConfigMap =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !isWrittenByIncus(`config.${key}`)));
