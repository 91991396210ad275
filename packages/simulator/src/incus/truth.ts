import type { TrueObject } from './content.ts';
import type { Machine } from './machine.ts';
import { ownCall } from './own-call.ts';

type Above = 'network' | 'storage_pool';
type TrueKind = { kind: string; list: string; recursion: 1 | 2; above?: Above; has?: (parent: TrueObject) => boolean };

const flat = (kind: string, path: string): TrueKind => ({ kind, list: path, recursion: 1 });
const ofNetwork = (kind: string, word: string, ...types: string[]): TrueKind => ({
  ...flat(kind, `/1.0/networks/{parent}/${word}`),
  above: 'network',
  has: ({ object }) => types.includes(textOf(object['type'])),
});
const ofPool = (kind: string, word: string): TrueKind => ({
  kind,
  list: `/1.0/storage-pools/{parent}/${word}`,
  recursion: 2,
  above: 'storage_pool',
});

const KINDS: readonly TrueKind[] = [
  flat('network', '/1.0/networks'),
  flat('storage_pool', '/1.0/storage-pools'),
  flat('project', '/1.0/projects'),
  flat('profile', '/1.0/profiles'),
  flat('image', '/1.0/images'),
  { ...flat('instance', '/1.0/instances'), recursion: 2 },
  flat('network_acl', '/1.0/network-acls'),
  flat('network_address_set', '/1.0/network-address-sets'),
  flat('network_integration', '/1.0/network-integrations'),
  flat('network_zone', '/1.0/network-zones'),
  ofNetwork('network_forward', 'forwards', 'bridge', 'ovn'),
  ofNetwork('network_load_balancer', 'load-balancers', 'ovn'),
  ofNetwork('network_peer', 'peers', 'ovn'),
  ofPool('storage_bucket', 'buckets'),
  ofPool('storage_volume', 'volumes'),
  flat('certificate', '/1.0/certificates'),
  flat('cluster_group', '/1.0/cluster/groups'),
];

export const TRUE_KINDS: readonly string[] = KINDS.map(({ kind }) => kind);

/** Objects as they are shown to who asks with the deepest recursion; found networks that nobody manages are left out. */
export async function truthOf(machine: Machine, kinds: readonly string[]): Promise<TrueObject[]> {
  const parents: Record<Above, TrueObject[]> = {
    network: await objectsOf(machine, 'network'),
    storage_pool: await objectsOf(machine, 'storage_pool'),
  };
  const found: TrueObject[] = [];
  for (const kind of KINDS) {
    if (!kinds.includes(kind.kind)) continue;
    if (kind.kind === 'cluster_group' && machine.store.data.cluster === null) continue;
    if (kind.above === undefined) found.push(...(await listOf(machine, kind)));
    else
      for (const parent of parents[kind.above].filter((one) => kind.has?.(one) ?? true))
        found.push(...(await listOf(machine, kind, parent)));
  }
  return found;
}

const objectsOf = (machine: Machine, kind: Above): Promise<TrueObject[]> =>
  listOf(machine, KINDS.find((one) => one.kind === kind) ?? flat(kind, ''));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function listOf(machine: Machine, kind: TrueKind, parent?: TrueObject): Promise<TrueObject[]> {
  const name = textOf(parent?.object['name']);
  const scope = kind.above === 'network' ? `project=${parent?.project ?? 'default'}` : 'all-projects=true';
  const path = kind.list.replace('{parent}', encodeURIComponent(name));
  const { status, error, metadata } = await ownCall(machine, 'GET', `${path}?${scope}&recursion=${kind.recursion}`);
  if (status !== 200) throw new Error(`GET ${path}: ${error}`);
  const objects = metadata as Record<string, unknown>[]; // a list with recursion
  return objects
    .filter((object) => object['managed'] !== false)
    .map((object) => ({
      kind: kind.kind,
      project: kind.above === 'network' ? (parent?.project ?? '') : textOf(object['project']),
      parent: name,
      object,
    }));
}
