import type { ItemOfKind } from '../application-items.ts';
import { MESH_NETWORK } from '../defaults.ts';
import { assignments, block, blocks, listOf, mapOf, quote } from './hcl.ts';
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
  resource,
} from './resource.ts';
import { codeOf, heldOf, memberSettingsOf, type Special, settingsOf } from './settings.ts';
import type { TerraformSite } from './site.ts';

type Network = ItemOfKind<'network'>;

/** Networks, and before the mesh network what it is made from: the interfaces of its tunnel, and chance. */
export function networks(items: readonly Network[], site: TerraformSite): Rendered {
  const all = items.map((item) => {
    const mesh = isMesh(item) ? meshOf(item) : undefined;
    return { before: mesh?.before ?? '', chance: mesh?.chance ?? [], made: network(item, site, mesh) };
  });
  const last = gate(
    'networks',
    all.flatMap(({ made }) => made.slice(-1)),
  );
  return {
    text: blocks([
      ...all.flatMap(({ before, chance, made }) => [
        before,
        chance.map(({ text }) => text).join(''),
        ...made.map(({ text }) => text),
      ]),
      last.text,
    ]),
    held: [...all.flatMap(({ chance, made }) => [...chance, ...made]), last].map(({ held }) => held),
  };
}

function network(item: Network, site: TerraformSite, mesh: Mesh | undefined): Resource[] {
  const { name, project, about, body, member_config } = item;
  const { type, description } = body;
  const isPerMember = Object.keys(member_config).length > 0;
  const own = memberSettingsOf(member_config, about, site.secrets, mesh?.interface);
  const shared = settingsOf(body.config, about, site.secrets, mesh?.address ?? automatic);
  const label = site.nameOf('incus_network', inProject(project), name);
  const held = { name, type, managed: true, project: inProject(project) || null, remote: null };
  const before = post('projects');
  const perMember = resource(
    'incus_network',
    site.nameOf('incus_network', label, 'per_node'),
    [
      FOR_EACH,
      assignments([
        ['name', quote(name)],
        ['target', 'each.key'],
        ['type', quote(type)],
      ]),
      projectLine(project),
      mapOf('config', codeOf(own)),
      ignoreKeys(shared.map(({ key }) => key).filter((key) => !isLeftToIncus(key))),
      listOf('depends_on', [before]),
    ],
    forEachMember(site.members, (member) => ({
      ...held,
      description: '',
      target: member,
      config: heldOf(own, member),
    })),
  );
  const whole = resource(
    'incus_network',
    label,
    [
      assignments([
        ['name', quote(name)],
        ['description', quote(description)],
        ...(isPerMember ? [] : [['type', quote(type)] as const]),
      ]),
      projectLine(project),
      mapOf('config', codeOf(shared)),
      listOf('depends_on', [before, ...(isPerMember ? [addressOf(perMember)] : [])]),
    ],
    one({ ...held, description, target: null, config: heldOf(shared) }),
  );
  return isPerMember ? [perMember, whole] : [whole];
}

/** Keys that the provider ignores by itself where its configuration does not name them. */
const isLeftToIncus = (key: string): boolean =>
  /^(?:bridge\.mtu|ipv[46]\.(?:address|nat)|network|tunnel\..*|volatile\..*)$/.test(key);

/** The provider refuses the word; null leaves it to Incus, which has chosen by now. */
const automatic: Special = (key, value) =>
  value === 'auto' && (key === 'ipv4.address' || key === 'ipv6.address')
    ? { code: 'null', held: () => null }
    : undefined;

type Mesh = { before: string; chance: Resource[]; interface: Special; address: Special };

const isMesh = ({ name, project }: Network): boolean => name === MESH_NETWORK && project === 'default';
const INTERFACE = 'tunnel.mesh.interface';

function meshOf({ body, member_config }: Network): Mesh {
  const interfaces = Object.entries(member_config)
    .map(([member, config]) => [member, config[INTERFACE] ?? ''] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // Without an interface nothing is set; an empty text would be a change for ever.
  const table = interfaces.map(([member, name]) => [quote(member), name === '' ? 'null' : quote(name)] as const);
  const groups = /^fd42:([0-9a-f]{1,4}):([0-9a-f]{1,4}):([0-9a-f]{1,4})::\/64$/.exec(body.config['ipv6.address'] ?? '');
  const chance = (groups?.slice(1) ?? []).map((group, index) => randomInteger(index + 2, Number.parseInt(group, 16)));
  return {
    before: block('locals', [mapOf('meshTunnelInterfaces', table)]),
    chance,
    interface: (key) =>
      key === INTERFACE
        ? {
            code: 'local.meshTunnelInterfaces[each.key]',
            held: (member) => member_config[member]?.[INTERFACE] || null,
          }
        : undefined,
    address: (key, value) =>
      key === 'ipv6.address' && chance.length > 0
        ? { code: `format("fd42:%x:%x:%x::/64", ${chance.map(resultOf).join(', ')})`, held: () => value }
        : automatic(key, value),
  };
}

const resultOf = (random: Resource): string => `${addressOf(random)}.result`;

/** The subnet was chosen by us; the state says so, and a cluster made anew from these files gets another one. */
const randomInteger = (segment: number, result: number): Resource =>
  resource(
    'random_integer',
    `meshbr0-subnet-segment-${segment}`,
    [
      assignments([
        ['min', '0'],
        ['max', '65535'],
      ]),
    ],
    one({ id: String(result), min: 0, max: 65_535, result, keepers: null, seed: null }),
  );
