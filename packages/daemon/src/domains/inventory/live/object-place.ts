import { factsOf, type InventoryKind, inventoryKindNames } from '@operations-center/contract';

/** One object, by what identifies it in its cluster; parts that its kind does not have are empty. */
export type ObjectPlace = {
  kind: InventoryKind;
  project_name: string;
  parent_name: string;
  /** Of a volume or bucket: the member to ask. */
  server: string;
  type: string;
  name: string;
};

/** What else changes with an object, without an event of its own: an instance's volumes, who uses a profile. */
export type Beside = 'volumes' | 'users';

/**
 * Where to look, because of an event: at one object, at the list of a kind, or at all there is. An event is never
 * believed: what is stored is what Incus answers when it is asked.
 */
export type Look =
  | { look: 'object'; place: ObjectPlace; beside?: Beside }
  | { look: 'kind'; kind: InventoryKind }
  | { look: 'everything' }
  /** A member's own state has changed: that is the servers' matter. */
  | { look: 'server'; name: string };

/** Kinds that stand below this one. */
export const kindsBelow = (kind: InventoryKind): InventoryKind[] =>
  inventoryKindNames.filter((one) => factsOf(one).parent === kind);

/** More users than this are not looked at one by one. */
const mostUsers = 500;

/** Which places the object itself names; `undefined`: more than are worth looking at one by one. */
export function placesBeside(beside: Beside, object: Readonly<Record<string, unknown>>): ObjectPlace[] | undefined {
  if (beside === 'volumes') return rootVolumeOf(object);
  const users = Array.isArray(object['used_by']) ? object['used_by'] : [];
  return users.length > mostUsers ? undefined : users.flatMap(instanceOf);
}

/** `/1.0/instances/c1?project=p1` */
function instanceOf(user: unknown): ObjectPlace[] {
  const found = typeof user === 'string' ? /^\/1\.0\/instances\/([^/?]+)(?:\?project=([^&]+))?$/.exec(user) : null;
  if (found === null) return [];
  const [, name = '', project = 'default'] = found;
  const place = { parent_name: '', server: '', type: '', name: decodeURIComponent(name) };
  return [{ kind: 'instance', project_name: decodeURIComponent(project), ...place }];
}

function rootVolumeOf(instance: Readonly<Record<string, unknown>>): ObjectPlace[] {
  const { type, name, project = 'default', location, expanded_devices: devices } = instance;
  const pool = isRecord(devices) ? Object.values(devices).find(isRoot)?.['pool'] : undefined;
  if (typeof pool !== 'string' || typeof type !== 'string' || typeof name !== 'string') return [];
  const server = typeof location === 'string' ? location : '';
  const project_name = typeof project === 'string' ? project : 'default';
  return [{ kind: 'storage_volume', project_name, parent_name: pool, server, type, name }];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isRoot = (device: unknown): device is Readonly<Record<string, unknown>> =>
  isRecord(device) && device['type'] === 'disk' && device['path'] === '/';
