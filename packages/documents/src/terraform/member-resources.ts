import type { ItemOfKind } from '../application-items.ts';
import { assignments, listOf, mapOf, quote } from './hcl.ts';
import { inProject, projectLine } from './plain-resources.ts';
import {
  addressOf,
  FOR_EACH,
  forEachMember,
  gate,
  ignoreKeys,
  one,
  post,
  type Rendered,
  type Resource,
  render,
  resource,
} from './resource.ts';
import { codeOf, heldOf, memberSettingsOf, settingsOf } from './settings.ts';
import type { TerraformSite } from './site.ts';

/** Kinds of which each member has something of its own. Networks are in a file of their own. */

export function storagePools(items: readonly ItemOfKind<'storage-pool'>[], site: TerraformSite): Rendered {
  const all = items.map((item) => storagePool(item, site));
  return render([
    ...all.flat(),
    gate(
      'storage_pools',
      all.flatMap((pair) => pair.slice(-1)),
    ),
  ]);
}

function storagePool({ name, about, body, member_config }: ItemOfKind<'storage-pool'>, site: TerraformSite) {
  const own = memberSettingsOf(member_config, about, site.secrets);
  const shared = settingsOf(body.config, about, site.secrets);
  const { driver, description } = body;
  const label = site.nameOf('incus_storage_pool', name);
  const held = { name, driver, project: null, remote: null };
  const perMember = resource(
    'incus_storage_pool',
    site.nameOf('incus_storage_pool', label, 'per_node'),
    [
      FOR_EACH,
      assignments([
        ['name', quote(name)],
        ['driver', quote(driver)],
        ['target', 'each.key'],
      ]),
      mapOf('config', codeOf(own)),
      ignoreKeys(['source', ...shared.map(({ key }) => key)], '  # Incus writes a source of its own.\n'),
      listOf('depends_on', []),
    ],
    forEachMember(site.members, (member) => ({
      ...held,
      description: '',
      target: member,
      config: heldOf(own, member),
    })),
  );
  const whole = resource(
    'incus_storage_pool',
    label,
    [
      assignments([
        ['name', quote(name)],
        ['driver', quote(driver)],
        ['description', quote(description)],
      ]),
      mapOf('config', codeOf(shared)),
      listOf('depends_on', [addressOf(perMember)]),
    ],
    one({ ...held, description, target: null, config: heldOf(shared) }),
  );
  return [perMember, whole];
}

export function storageVolumes(items: readonly ItemOfKind<'storage-volume'>[], site: TerraformSite): Rendered {
  const all = items.map((item) => storageVolume(item, site));
  return render([...all, gate('storage_volumes', all)]);
}

function storageVolume(item: ItemOfKind<'storage-volume'>, site: TerraformSite): Resource {
  const { name, pool, project, about, body, on_members } = item;
  // On shared storage there is one for all, which stands on no member.
  const isShared = on_members.length < site.members.length;
  const config = settingsOf(body.config, about, site.secrets);
  const { description, type, content_type } = body;
  const attributesOf = (member: string) => ({
    name,
    description,
    pool,
    type,
    content_type,
    project: inProject(project) || null,
    remote: null,
    target: member,
    location: member,
    config: heldOf(config),
    source_file: null,
    source_volume: null,
    file: [],
  });
  return resource(
    'incus_storage_volume',
    site.nameOf('incus_storage_volume', inProject(project), name),
    [
      isShared ? '' : FOR_EACH,
      assignments([
        ['name', quote(name)],
        ['description', quote(description)],
        ...(isShared ? [] : [['target', 'each.key'] as const]),
        ['pool', quote(pool)],
        ['type', quote(type)],
        ['content_type', quote(content_type)],
      ]),
      projectLine(project),
      mapOf('config', codeOf(config), ','),
      listOf('depends_on', [post('storage_pools'), post('projects')]),
    ],
    isShared ? one(attributesOf('')) : forEachMember(site.members, attributesOf),
  );
}

export function server(items: readonly ItemOfKind<'server-config'>[], site: TerraformSite): Rendered {
  const [item] = items;
  if (item === undefined) return { text: '', held: [] };
  const own = memberSettingsOf(item.member_config, item.about, site.secrets);
  const shared = settingsOf(item.body.config, item.about, site.secrets);
  const before = ['projects', 'networks', 'storage_pools', 'storage_volumes'].map(post);
  const perMember = resource(
    'incus_server',
    'this_per_node',
    [FOR_EACH, mapOf('config', codeOf(own)), listOf('depends_on', before), assignments([['target', 'each.key']])],
    forEachMember(site.members, (member) => ({ remote: null, target: member, config: heldOf(own, member) })),
  );
  const whole = resource(
    'incus_server',
    'this',
    [mapOf('config', codeOf(shared)), listOf('depends_on', [...before, addressOf(perMember)])],
    one({ remote: null, target: null, config: heldOf(shared) }),
  );
  return render([perMember, whole, gate('server', [perMember, whole])]);
}
