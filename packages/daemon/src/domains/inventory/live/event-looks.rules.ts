import { factsOf, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { scannedKind } from '../scan/scanned-kinds.ts';
import { contextText, type IncusEvent } from './incus-event.ts';
import type { Beside, Look, ObjectPlace } from './object-place.ts';

type Finder = (event: IncusEvent) => readonly Look[];

const object = (event: IncusEvent, kind: InventoryKind, part: Partial<ObjectPlace>, beside?: Beside): Look => ({
  look: 'object',
  place: { kind, project_name: event.project, parent_name: '', server: '', type: '', name: '', ...part },
  ...(beside === undefined ? {} : { beside }),
});
const kinds = (...names: InventoryKind[]): Look[] => names.map((kind) => ({ look: 'kind', kind }));
const belowNetwork = kinds('network_forward', 'network_load_balancer', 'network_peer');

/** Objects without a parent: the second segment is the name; a renamed one is looked for under both. */
const flat =
  (kind: InventoryKind, beside?: Beside): Finder =>
  (event) => {
    const { path } = event;
    const name = path[1];
    if (name === undefined) return kinds(kind);
    const before = path.length === 2 ? contextText(event, 'old_name') : '';
    const names = before === '' ? [name] : [before, name];
    return names.map((one) => object(event, kind, { name: one }, beside));
  };

const withoutProject =
  (find: Finder): Finder =>
  (event) =>
    find({ ...event, project: '' });

/** Below a network. Incus tells of peers at a path of forwards, so the action says the kind. */
const ofNetwork =
  (kind: InventoryKind): Finder =>
  (event) => {
    const [, parent_name, , name] = event.path;
    if (parent_name === undefined || name === undefined) return kinds(kind);
    return [object(event, kind, { parent_name, name })];
  };

const bucket: Finder = (event) => {
  const [, parent_name, , name] = event.path;
  if (parent_name === undefined || name === undefined) return kinds('storage_bucket');
  return [object(event, 'storage_bucket', { parent_name, name, server: event.location })];
};

const singular: Readonly<Record<string, string>> = {
  containers: 'container',
  'virtual-machines': 'virtual-machine',
  images: 'image',
};

/** Events of snapshots name the volume with its project in front, those of the volume itself do not. */
const volume: Finder = (event) => {
  const [, parent_name, , plural, named] = event.path;
  if (parent_name === undefined || plural === undefined || named === undefined) return kinds('storage_volume');
  const type = singular[plural] ?? plural;
  const prefix = `${event.project}_`;
  const names = new Set([named]);
  if (named.startsWith(prefix)) names.add(named.slice(prefix.length));
  const before = event.path.length === 5 ? contextText(event, 'old_name') : '';
  if (before !== '') names.add(before);
  return [...names].map((name) => object(event, 'storage_volume', { parent_name, type, name, server: event.location }));
};

/** A volume of an instance comes and goes without an event of its own. */
const instance: Finder = (event) => {
  const looks = flat('instance', 'volumes')(event);
  const pool = contextText(event, 'storage-pool');
  const type = contextText(event, 'type');
  const name = event.path[1];
  if (pool === '' || type === '' || name === undefined) return looks;
  return [...looks, object(event, 'storage_volume', { parent_name: pool, type, name, server: event.location })];
};

/** An alias stands in its image; which one it was is not always told. */
const imageAlias: Finder = (event) => {
  const target = contextText(event, 'target');
  return target === '' ? kinds('image') : [object(event, 'image', { name: target })];
};

const network: Finder = (event) =>
  event.action === 'network-renamed' ? [...flat('network')(event), ...belowNetwork] : flat('network')(event);

/** A project brings its default profile and takes it along; renamed, everything in it has another project. */
const project: Finder = (event) => {
  const [own] = withoutProject(flat('project'))(event).slice(-1);
  if (own === undefined) return kinds('project');
  if (event.action === 'project-created' || event.action === 'project-updated')
    return [own, object(event, 'profile', { project_name: event.path[1] ?? '', name: 'default' })];
  return [{ look: 'everything' }];
};

const member: Finder = (event) => {
  const name = event.path[2];
  return name === undefined ? [] : [{ look: 'server', name }];
};
/** Who is a member, and with it where objects are, is another matter than how a member is. */
const membership: Finder = (event) => [...member(event), { look: 'everything' }];
const nothing: Finder = () => [];

/** Kinds that stand below nothing, which are told of by their own word and at their own path. */
const flatKinds = inventoryKindNames.filter((kind) => factsOf(kind).parent === 'none');
const usual = (kind: InventoryKind): Finder =>
  factsOf(kind).project === 'none' ? withoutProject(flat(kind)) : flat(kind);

/**
 * Action → what to look at; the longest beginning that fits counts. What is not in it is found by its path, so that
 * an action of a later Incus is not missed.
 */
const finders: Readonly<Record<string, Finder>> = {
  ...Object.fromEntries(flatKinds.map((kind) => [`${kind.replaceAll('_', '-')}-`, usual(kind)])),
  'instance-': instance,
  'instance-started': flat('instance'),
  'instance-stopped': flat('instance'),
  'instance-paused': flat('instance'),
  'instance-resumed': flat('instance'),
  'instance-restarted': flat('instance'),
  'instance-shutdown': flat('instance'),
  'instance-ready': flat('instance'),
  'instance-agent-': flat('instance'),
  'instance-exec': nothing,
  'instance-console': nothing,
  'instance-file-': nothing,
  'instance-log-': nothing,
  'instance-metadata-retrieved': nothing,
  'instance-metadata-template-retrieved': nothing,
  'instance-backup-retrieved': nothing,
  'image-alias-': imageAlias,
  'image-retrieved': nothing,
  'image-secret-created': nothing,
  'network-': network,
  'network-forward-': ofNetwork('network_forward'),
  'network-load-balancer-': ofNetwork('network_load_balancer'),
  'network-peer-': ofNetwork('network_peer'),
  'profile-': flat('profile', 'users'),
  'project-': project,
  'storage-bucket-': bucket,
  // Their path has the pool where the bucket should be.
  'storage-bucket-key-': () => kinds('storage_bucket'),
  'storage-bucket-backup-retrieved': nothing,
  'storage-volume-': volume,
  'storage-volume-file-': nothing,
  'storage-volume-backup-retrieved': nothing,
  'cluster-member-': member,
  'cluster-member-added': membership,
  'cluster-member-removed': membership,
  'cluster-member-renamed': membership,
  // With another key it has another fingerprint, and only one of the two is told.
  'certificate-updated': () => kinds('certificate'),
};

const beginnings = Object.keys(finders).toSorted((a, b) => b.length - a.length);

/** For actions that are not in the table: what stands at this path. */
const byPath: Readonly<Record<string, Finder>> = {
  ...Object.fromEntries(flatKinds.map((kind) => [scannedKind(kind).list.replace('/1.0/', ''), usual(kind)])),
  instances: instance,
  networks: network,
  profiles: flat('profile', 'users'),
  projects: project,
};

export function looksOf(event: IncusEvent): readonly Look[] {
  const beginning = beginnings.find((one) => event.action.startsWith(one));
  const find = beginning === undefined ? byPath[event.path[0] ?? ''] : finders[beginning];
  return find?.(event) ?? [];
}
