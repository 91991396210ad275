import type { ItemBody, OpenItem } from '../plan/open-item.ts';
import type { PlannedItem } from '../plan/plan.ts';
import type { FieldChange, MemberValues, Values } from './apply.ts';
import { fulfils } from './three-way.plan.ts';

type Kind = PlannedItem['kind'];

/** An item as the file has it. A custom volume is each member's own. */
export function valuesOfItem({ planned, wanted, perMember }: OpenItem): MemberValues {
  const values = toValues(planned.kind, wanted);
  const members = Object.entries(perMember ?? {});
  if (planned.kind === 'storage-volume') return Object.fromEntries(members.map(([member]) => [member, values]));
  return {
    '': values,
    ...Object.fromEntries(members.map(([member, config]) => [member, toValues('server-config', { config })])),
  };
}

/** What a body says of an item: of the file, or of what is live. What is not said is not there. */
export function toValues(kind: Kind, body: ItemBody): Values {
  const values: Record<string, string> = {};
  if (typeof body['description'] === 'string' && body['description'] !== '') {
    values['description'] = body['description'];
  }
  for (const [key, value] of Object.entries(mapOf(body, 'config'))) values[`config.${key}`] = String(value);
  // A volume group or pool that was made of a drive stands in the drive's place.
  const given = values['config.volatile.initial_source'];
  if (kind === 'storage-pool' && given !== undefined && given !== '') values['config.source'] = given;
  if (kind === 'profile') {
    for (const [name, device] of Object.entries(mapOf(body, 'devices'))) values[`devices.${name}`] = deviceText(device);
  }
  if (kind === 'cluster-group' && Array.isArray(body['members'])) values['members'] = listText(body['members']);
  if (kind === 'certificate') {
    if (typeof body['name'] === 'string' && body['name'] !== '') values['name'] = body['name'];
    values['restricted'] = String(body['restricted'] === true);
    values['projects'] = listText(Array.isArray(body['projects']) ? body['projects'] : []);
  }
  return values;
}

/** Without what Incus writes for itself: the same before an item is deleted and after it is made again. */
export const steadyValues = (kind: Kind, body: ItemBody): Values =>
  Object.fromEntries(Object.entries(toValues(kind, body)).filter(([field]) => !field.startsWith('config.volatile.')));

/** Whatever the item says is there. */
export function isAsWanted(item: OpenItem, live: ItemBody): boolean {
  const found = toValues(item.planned.kind, live);
  const [wanted = {}] = Object.values(valuesOfItem(item));
  return Object.entries(wanted).every(([field, value]) => fulfils(value, found[field]));
}

/** The writable part of what is live, with these fields as they shall be and all others as they are. */
export function withChanges(
  kind: Kind,
  live: ItemBody,
  changes: readonly Pick<FieldChange, 'field' | 'after'>[],
): ItemBody {
  const body: ItemBody = { ...writable(kind, live) };
  // Maps, for a key may have any name.
  const config = new Map(Object.entries(mapOf(live, 'config')));
  const devices = new Map(Object.entries(mapOf(live, 'devices')));
  for (const { field, after } of changes) {
    const [part = '', key = ''] = field.split(/\.(.*)/s);
    // Seen: of the server's own configuration a `user.*` key that is left out stays; only an empty value unsets it.
    if (kind === 'server-config') config.set(key, after ?? '');
    else if (part === 'config') set(config, key, after);
    else if (part === 'devices') set(devices, key, after === null ? null : (JSON.parse(after) as unknown));
    else if (part === 'members' || part === 'projects') body[part] = after === null ? [] : JSON.parse(after);
    else if (part === 'restricted') body[part] = after === 'true';
    else body[part] = after ?? '';
  }
  if ('config' in body) body['config'] = Object.fromEntries(config);
  if ('devices' in body) body['devices'] = Object.fromEntries(devices);
  return body;
}

/** What Incus takes of each kind when it is replaced. */
function writable(kind: Kind, live: ItemBody): ItemBody {
  const { description, config, devices, members, name, type, restricted, projects, certificate } = live;
  if (kind === 'server-config') return { config };
  if (kind === 'profile') return { description, config, devices };
  if (kind === 'cluster-group') return { description, members, config };
  if (kind === 'certificate') return { name, type, restricted, projects, certificate, description };
  return { description, config };
}

function set(map: Map<string, unknown>, key: string, value: unknown): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}

const mapOf = (body: ItemBody, key: string): ItemBody => {
  const value = body[key];
  return typeof value === 'object' && value !== null ? (value as ItemBody) : {};
};
const listText = (list: readonly unknown[]): string => JSON.stringify([...list].map(String).sort());
const deviceText = (device: unknown): string =>
  JSON.stringify(Object.fromEntries(Object.entries(device as ItemBody).sort(([a], [b]) => (a < b ? -1 : 1))));

/** `config["limits.cpu"]`, `devices["eth0"]`: as changes are told. */
export function fieldLabel(field: string): string {
  const [part = '', key] = field.split(/\.(.*)/s);
  return key === undefined ? part : `${part}[${JSON.stringify(key)}]`;
}

/** A device and a list as people read them: `network=incusbr0, type=nic`. */
export function valueLabel(field: string, value: string): string {
  const part = field.split('.')[0];
  if (part === 'members' || part === 'projects') return (JSON.parse(value) as string[]).join(', ');
  if (part !== 'devices') return value;
  const device = JSON.parse(value) as Record<string, string>;
  return Object.entries(device)
    .map(([key, one]) => `${key}=${one}`)
    .join(', ');
}
