import type { LocalScope } from '@operations-center/fleet-protocol';
import type { CompleteNetwork, CompletePreseed } from './defaults.ts';
import {
  hasMemberNetworks,
  isSharedDriver,
  type SplitConfig,
  splitNetworkConfig,
  splitPoolConfig,
  splitServerConfig,
} from './member-keys.ts';
import type {
  ConfigMap,
  PreseedCertificate,
  PreseedGroup,
  PreseedNetwork,
  PreseedPool,
  PreseedProfile,
  PreseedProject,
  PreseedVolume,
} from './preseed-shape.ts';
import { networkName, type ServerOverrides } from './server-overrides.ts';
import { type BuiltIns, resolveBuiltIns } from './templates/built-ins.ts';

/**
 * One thing of the application configuration, to be applied once everything in `after` is. Plain JSON: it stands in
 * plans. `body` is what the cluster gets; `member_config` what each member gets before, in the order of the members.
 */
export type ApplicationItem =
  | ItemOf<'project', PreseedProject>
  | (ItemOf<'storage-pool', PreseedPool> & PerMember)
  | (ItemOf<'network', Omit<PreseedNetwork, 'project'>> & InProject & PerMember)
  | (ItemOf<'storage-volume', VolumeBody> & InProject & { pool: string; on_members: readonly string[] })
  | (ItemOf<'profile', Omit<PreseedProfile, 'project'>> & InProject)
  | (ItemOf<'server-config', { config: ConfigMap }> & PerMember)
  | (ItemOf<'certificate', Omit<PreseedCertificate, 'fingerprint'>> & { fingerprint: string })
  | ItemOf<'cluster-group', PreseedGroup>;

export type ItemKind = ApplicationItem['kind'];
export type ItemOfKind<Kind extends ItemKind> = Extract<ApplicationItem, { kind: Kind }>;

type ItemOf<Kind extends string, Body> = {
  kind: Kind;
  /** Unique in a plan: `network/default/incusbr0`. */
  key: string;
  /** `network incusbr0`, `profile default (project internal)`. */
  about: string;
  name: string;
  after: readonly string[];
  body: Body;
};
type InProject = { project: string };
/** Empty for what is not defined per member (an ovn network). */
type PerMember = { member_config: Readonly<Record<string, ConfigMap>> };
type VolumeBody = Omit<PreseedVolume, 'pool' | 'project'> & { type: 'custom' };

export type ItemsInput = {
  /** With its defaults. */
  preseed: CompletePreseed;
  /** In the order of the cluster. */
  members: readonly string[];
  localScope: LocalScope;
  /** Our own client certificate: trusted already, and never to be restricted by a file. It becomes no item. */
  ownFingerprint?: string;
  /** What single members have of their own. */
  overrides?: ServerOverrides;
  /** What the built-in variables stand for on each member; without it they are not resolved. */
  builtIns?: Readonly<Record<string, BuiltIns>>;
};

/**
 * What is to be applied, each item after all it needs, and nothing it does not need: networks cost more than a second
 * each on a real Incus, so only what uses one waits for it.
 */
export function listApplicationItems(input: ItemsInput): ApplicationItem[] {
  const { preseed } = input;
  const items: ApplicationItem[] = [
    ...preseed.projects.map(projectItem),
    ...preseed.storage_pools.map((pool) => poolItem(pool, input)),
    ...inOrderOfUse(preseed.networks).map((network) => networkItem(network, input)),
    ...preseed.storage_volumes.map((volume) => volumeItem(volume, input)),
    ...preseed.profiles.map(profileItem),
    ...serverConfigItem(input),
    ...preseed.certificates.filter(({ fingerprint }) => fingerprint !== input.ownFingerprint).map(certificateItem),
    ...preseed.cluster_groups.map(groupItem),
  ];
  return items.map((item, place) => {
    // What is not part of this configuration is there already, or Incus will say that it is missing. Only what comes
    // before counts, so that two networks that name each other do not wait for ever.
    const before = new Set(items.slice(0, place).map(({ key }) => key));
    return { ...item, after: [...new Set(item.after)].filter((key) => before.has(key)) };
  });
}

const projectKey = (name: string): string => `project/${name}`;
const poolKey = (name: string): string => `storage-pool/${name}`;
const networkKey = (project: string, name: string): string => `network/${project}/${name}`;
const volumeKey = (pool: string, project: string, name: string): string => `storage-volume/${pool}/${project}/${name}`;

const titled = (title: string, name: string, project = 'default'): string =>
  project === 'default' ? `${title} ${name}` : `${title} ${name} (project ${project})`;

const projectItem = ({ name, description, config }: PreseedProject): ItemOfKind<'project'> => ({
  kind: 'project',
  key: projectKey(name),
  about: titled('project', name),
  name,
  after: [],
  body: { name, description, config },
});

type OwnConfig = (member: string) => ConfigMap | undefined;

/** The cluster's value for a key of single members, over it what is the member's own. */
const forEachMember = ({ members, builtIns = {} }: ItemsInput, split: SplitConfig, ...own: readonly OwnConfig[]) =>
  Object.fromEntries(
    members.map((member) => {
      const config: ConfigMap = Object.assign({}, split.member, ...own.map((of) => of(member)));
      const known = builtIns[member];
      return [member, known === undefined ? config : resolveConfig(config, known)];
    }),
  );

const resolveConfig = (config: ConfigMap, builtIns: BuiltIns): ConfigMap =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(resolveBuiltIns(value, builtIns))]));

function poolItem({ name, driver, description, config }: PreseedPool, input: ItemsInput): ItemOfKind<'storage-pool'> {
  const split = splitPoolConfig(input.localScope, driver, config);
  return {
    kind: 'storage-pool',
    key: poolKey(name),
    about: titled('storage pool', name),
    name,
    after: [],
    body: { name, driver, description, config: split.cluster },
    member_config: forEachMember(input, split, (member) => input.overrides?.[member]?.storage_pools[name]),
  };
}

function networkItem(network: CompleteNetwork, input: ItemsInput): ItemOfKind<'network'> {
  const { name, description, project, config } = network;
  const type = network.type || 'bridge';
  const split = splitNetworkConfig(input.localScope, type, config);
  const uses = [config['network'], config['parent']].filter(
    (used) => used !== undefined && used !== '' && used !== name,
  );
  return {
    kind: 'network',
    key: networkKey(project, name),
    about: titled('network', name, project),
    name,
    project,
    after: [projectKey(project), ...uses.flatMap((used) => networkKeys(project, used ?? ''))],
    body: { name, type, description, config: split.cluster },
    member_config: hasMemberNetworks(type)
      ? forEachMember(
          input,
          split,
          (member) => network.member_config?.[member],
          (member) => input.overrides?.[member]?.networks[networkName(network)],
        )
      : {},
  };
}

/** A network of that name may be the project's own or one of the default project. */
const networkKeys = (project: string, name: string): string[] => [
  networkKey(project, name),
  networkKey('default', name),
];

/** Uplinks before what hangs on them; otherwise as given. */
function inOrderOfUse(networks: readonly CompleteNetwork[]): CompleteNetwork[] {
  const waiting = [...networks];
  const ordered: CompleteNetwork[] = [];
  while (waiting.length > 0) {
    const isWaitedFor = (name: string | undefined): boolean => waiting.some((other) => other.name === name);
    const free = waiting.findIndex(({ name, config }) =>
      [config['network'], config['parent']].every((used) => used === name || !isWaitedFor(used)),
    );
    // None is free: they name each other, and Incus will say so.
    ordered.push(...waiting.splice(Math.max(0, free), 1));
  }
  return ordered;
}

function volumeItem(volume: PreseedVolume, input: ItemsInput): ItemOfKind<'storage-volume'> {
  const { name, pool, project, description, config } = volume;
  const driver = input.preseed.storage_pools.find((one) => one.name === pool)?.driver ?? '';
  return {
    kind: 'storage-volume',
    key: volumeKey(pool, project, name),
    about: titled(`storage volume ${pool}/${name}`, '', project).replace('  ', ' ').trim(),
    name,
    pool,
    project,
    after: [poolKey(pool), projectKey(project)],
    body: { name, type: 'custom', content_type: volume.content_type || 'filesystem', description, config },
    on_members: isSharedDriver(driver) ? input.members.slice(0, 1) : input.members,
  };
}

function profileItem({ name, description, config, devices, project }: PreseedProfile): ItemOfKind<'profile'> {
  const uses = Object.values(devices).flatMap((device) => {
    const { type, network, pool, source } = device;
    if (type === 'nic') return network === undefined ? [] : networkKeys(project, network);
    if (type !== 'disk' || pool === undefined) return [];
    return [poolKey(pool), volumeKey(pool, project, source ?? ''), volumeKey(pool, 'default', source ?? '')];
  });
  return {
    kind: 'profile',
    key: `profile/${project}/${name}`,
    about: titled('profile', name, project),
    name,
    project,
    after: [projectKey(project), ...uses],
    body: { name, description, config, devices },
  };
}

/** One item for all keys: each change of the server's config replaces the whole, so they must not run beside each other. */
function serverConfigItem(input: ItemsInput): ItemOfKind<'server-config'>[] {
  const { preseed, localScope } = input;
  if (Object.keys(preseed.config).length === 0) return [];
  const split = splitServerConfig(localScope, preseed.config);
  const uses = Object.entries(preseed.config)
    .filter(([key]) => /^storage\..+_volume$/.test(key))
    .flatMap(([, value]) => {
      const [pool = '', volume = ''] = value.split('/');
      return [poolKey(pool), volumeKey(pool, 'default', volume)];
    });
  return [
    {
      kind: 'server-config',
      key: 'server-config',
      about: 'server configuration',
      name: 'server-config',
      after: uses,
      body: { config: split.cluster },
      member_config: Object.keys(split.member).length === 0 ? {} : forEachMember(input, split),
    },
  ];
}

const certificateItem = ({ fingerprint, ...body }: PreseedCertificate): ItemOfKind<'certificate'> => ({
  kind: 'certificate',
  key: `certificate/${fingerprint.slice(0, 12)}`,
  about: titled('certificate', body.name || fingerprint.slice(0, 12)),
  name: body.name,
  fingerprint,
  after: body.projects.map(projectKey),
  body,
});

const groupItem = ({ name, description, members, config }: PreseedGroup): ItemOfKind<'cluster-group'> => ({
  kind: 'cluster-group',
  key: `cluster-group/${name}`,
  about: titled('cluster group', name),
  name,
  after: [],
  body: { name, description, members, config },
});
