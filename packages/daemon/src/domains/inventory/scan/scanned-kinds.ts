import { factsOf, type InventoryKind, type InventoryKindFacts } from '@operations-center/contract';
import type { ItemKind } from '../rows/inventory-item.ts';

/** An object that other kinds are listed below: a network with its type, or a pool with its driver. */
export type Parent = { name: string; project_name: string; type: string };

/** How a kind is asked of Incus. */
export type ScannedKind = {
  /** List below `/1.0`; `{parent}` is put in. */
  list: string;
  /** One object; `{parent}`, `{type}` and `{name}` are put in. */
  show: string;
  /** 2 asks for instances, buckets and volumes with state, snapshots and backups; one object is then asked with 1. */
  recursion: '1' | '2';
  /** One list for all projects; otherwise Incus has no projects here, or the parent's project is asked for. */
  allProjects: boolean;
  /** Objects that Incus merely found on the machine are left out. */
  onlyManaged?: true;
  /** The field that says, of a network or pool, which kinds it can have below it. */
  parentField?: 'type' | 'driver';
  /** Below which parents there can be such objects: the others would answer with an error. */
  canHave?(parent: Parent): boolean;
};

/** As most kinds are asked for: by the segment of their own routes. */
function usualQuestions(kind: InventoryKind): ScannedKind {
  const { segment, project } = factsOf(kind);
  return { ...below(`/1.0/${segment.replaceAll('_', '-')}`), allProjects: project === 'direct' };
}

const below = (list: string): Pick<ScannedKind, 'list' | 'show' | 'recursion'> => ({
  list,
  show: `${list}/{name}`,
  recursion: '1',
});
const ofNetwork = (word: string, types: readonly string[]): Partial<ScannedKind> => ({
  ...below(`/1.0/networks/{parent}/${word}`),
  canHave: (network) => types.includes(network.type),
});
const ofPool = (word: string, canHave: (pool: Parent) => boolean): Partial<ScannedKind> => ({
  ...below(`/1.0/storage-pools/{parent}/${word}`),
  recursion: '2',
  canHave,
});

const bucketDrivers = ['btrfs', 'cephobject', 'dir', 'lvm', 'zfs'];

/** What is special about how a kind is asked for. */
const special: Readonly<Partial<Record<InventoryKind, Partial<ScannedKind>>>> = {
  network: { onlyManaged: true, parentField: 'type' },
  storage_pool: { parentField: 'driver' },
  instance: { recursion: '2' },
  network_forward: ofNetwork('forwards', ['ovn', 'bridge']),
  network_load_balancer: ofNetwork('load-balancers', ['ovn']),
  network_peer: ofNetwork('peers', ['ovn']),
  storage_bucket: ofPool('buckets', (pool) => bucketDrivers.includes(pool.type)),
  storage_volume: {
    ...ofPool('volumes', (pool) => pool.type !== 'cephobject'),
    show: '/1.0/storage-pools/{parent}/volumes/{type}/{name}',
  },
};

export const scannedKind = (kind: InventoryKind): ScannedKind => ({ ...usualQuestions(kind), ...special[kind] });

/** What a thread must know to make rows of a kind. */
export type RowKind = ItemKind &
  Pick<InventoryKindFacts, 'nameField'> &
  Pick<ScannedKind, 'onlyManaged' | 'parentField'>;

export function rowKindOf(kind: InventoryKind): RowKind {
  const { project, server, parent, hasType, identity, nameField } = factsOf(kind);
  const { onlyManaged, parentField } = scannedKind(kind);
  return {
    kind,
    project,
    server,
    parent,
    hasType,
    identity,
    nameField,
    ...(onlyManaged === undefined ? {} : { onlyManaged }),
    ...(parentField === undefined ? {} : { parentField }),
  };
}

type Question = { path: string; query: Record<string, string | undefined> };

/** The list of a kind, below a parent if it has one. */
export function listQuestion(kind: InventoryKind, parent: Parent | undefined): Question {
  const how = scannedKind(kind);
  return {
    path: how.list.replace('{parent}', encodeURIComponent(parent?.name ?? '')),
    query: {
      'all-projects': how.allProjects ? 'true' : undefined,
      project: factsOf(kind).project === 'parent' ? parent?.project_name : undefined,
      recursion: how.recursion,
    },
  };
}

/** One object, from what is stored of it. A volume or bucket of one member is asked of that member. */
export function showQuestion(
  kind: InventoryKind,
  of: { project_name: string; parent_name: string; server: string; type: string; name: string },
): Question {
  const how = scannedKind(kind);
  const facts = factsOf(kind);
  return {
    path: how.show
      .replace('{parent}', encodeURIComponent(of.parent_name))
      .replace('{type}', encodeURIComponent(of.type))
      .replace('{name}', encodeURIComponent(of.name)),
    query: {
      project: facts.project === 'none' ? undefined : of.project_name,
      recursion: how.recursion === '2' ? '1' : undefined,
      target: facts.server === 'optional' && of.server !== '' ? of.server : undefined,
    },
  };
}
