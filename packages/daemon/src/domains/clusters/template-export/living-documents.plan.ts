import type { ApplicationItem } from '@operations-center/documents';
import type { MemberValues, Values } from '../apply/apply.ts';
import type { LiveItems } from '../apply/plan-apply.plan.ts';
import { describeLiving } from './living-item.plan.ts';

export type LivingInput = {
  /** What the file that was applied last speaks of, and what is there besides. */
  items: readonly ApplicationItem[];
  live: LiveItems;
  applied: Readonly<Record<string, MemberValues>>;
  /** Keys of the server configuration that each server has of its own, or that are ours. */
  isOurs: (key: string) => boolean;
};

type Entry = Record<string, unknown>;
type OwnValues = Readonly<Record<string, Readonly<Record<string, Entry>>>>;
/** An application configuration that comes to what is live, and what its servers have otherwise than each other. */
export type LivingDocuments = { application: Entry; server_overrides: OwnValues; notes: readonly string[] };

const lists: Readonly<Record<Exclude<ApplicationItem['kind'], 'server-config'>, string>> = {
  project: 'projects',
  'storage-pool': 'storage_pools',
  network: 'networks',
  'storage-volume': 'storage_volumes',
  profile: 'profiles',
  certificate: 'certificates',
  'cluster-group': 'cluster_groups',
};

/** Pure: each item as a file would have it, in the order in which Incus prints a preseed. */
export function documentOfLiving({ items, live, applied, isOurs }: LivingInput): LivingDocuments {
  const application: Entry = {};
  const overrides: Record<string, Record<string, Entry>> = {};
  const notes: string[] = [];
  for (const item of items) {
    const found = live[item.key];
    if (found === undefined) {
      notes.push(`${item.about} is not there any more, and is left out`);
      continue;
    }
    const ours = item.kind === 'server-config' ? isOurs : () => false;
    const { values, own } = describeLiving({ item, live: found, applied: applied[item.key], isOurs: ours });
    for (const [server, config] of Object.entries(own)) {
      const part = item.kind === 'network' ? 'networks' : 'storage_pools';
      const name = item.kind === 'network' && item.project !== 'default' ? `${item.project}/${item.name}` : item.name;
      const one = (overrides[server] ??= {});
      one[part] = { ...one[part], [name]: config };
    }
    if (Object.keys(own).length > 0)
      notes.push(`${item.about} differs from server to server: give --server-overrides beside the template`);
    const entry = toEntry(item, values);
    if (item.kind === 'server-config') {
      if (entry['config'] !== undefined) application['config'] = entry['config'];
      continue;
    }
    const list = lists[item.kind];
    application[list] = [...((application[list] as Entry[] | undefined) ?? []), entry]; // written here alone
  }
  return { application, server_overrides: overrides, notes };
}

/** The identity of an item, and the fields that are said. */
function toEntry(item: ApplicationItem, values: Values): Entry {
  const entry: Entry = item.kind === 'server-config' ? {} : identityOf(item);
  for (const [field, value] of Object.entries(values)) {
    const [part = '', key] = field.split(/\.(.*)/s);
    if (part === 'config' && key !== undefined) entry['config'] = { ...(entry['config'] as Entry), [key]: value };
    else if (part === 'devices' && key !== undefined)
      entry['devices'] = { ...(entry['devices'] as Entry), [key]: JSON.parse(value) as unknown };
    else if (part === 'members' || part === 'projects') entry[part] = JSON.parse(value) as unknown;
    else if (part === 'restricted') entry[part] = value === 'true';
    else entry[part] = value;
  }
  return entry;
}

function identityOf(item: Exclude<ApplicationItem, { kind: 'server-config' }>): Entry {
  const inProject = 'project' in item && item.project !== 'default' ? { project: item.project } : {};
  switch (item.kind) {
    case 'storage-pool':
      return { name: item.name, driver: item.body.driver };
    case 'network':
      return { name: item.name, type: item.body.type, ...inProject };
    case 'storage-volume':
      return { name: item.name, pool: item.pool, ...inProject, content_type: item.body.content_type };
    case 'certificate':
      return { name: item.name, type: item.body.type, certificate: item.body.certificate };
    case 'project':
    case 'profile':
    case 'cluster-group':
      return { name: item.name, ...inProject };
  }
}
