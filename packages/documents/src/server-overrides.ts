import type { LocalScope } from '@operations-center/fleet-protocol';
import { configValue, isObject, wrong } from './decode.ts';
import type { CompletePreseed } from './defaults.ts';
import { hasMemberNetworks, splitNetworkConfig, splitPoolConfig } from './member-keys.ts';
import { nearestWord } from './nearest-word.ts';
import type { ConfigMap } from './preseed-shape.ts';
import { type Checked, NO_FILE, type Origin, type Path, Report } from './problem.ts';
import { normaliseServices, type ServicesConfig, type ServicesOptions, sortServices } from './services-config.ts';

/** What one server gets otherwise than the others. */
export type ServerOverride = {
  /** Each takes the place of the service of that name, whole, or comes to the others. */
  services: ServicesConfig;
  /** Config keys of single members, by pool; and by network, `PROJECT/NAME` outside of the default project. */
  storage_pools: Readonly<Record<string, ConfigMap>>;
  networks: Readonly<Record<string, ConfigMap>>;
};

/** By server. */
export type ServerOverrides = Readonly<Record<string, ServerOverride>>;

const parts = ['services', 'storage_pools', 'networks'] as const;
const remedies = {
  server: 'Name servers of the cluster only.',
  part: 'Write services, storage_pools or networks below the name of the server.',
};

export type OverridesOptions = ServicesOptions & {
  /** Those of the cluster; undefined: not known here. */
  servers?: readonly string[];
};

/** Reads what differs from server to server: a map of servers, each with its services, pools and networks. */
export function normaliseOverrides(
  value: unknown,
  origin: Origin = NO_FILE,
  { servers, ...options }: OverridesOptions = {},
): Checked<ServerOverrides> {
  const report = new Report(origin);
  if (value === null || value === undefined) return report.close({});
  if (!isObject(value)) {
    wrong('a map of servers', value, [], report, {});
    return report.close({});
  }
  const overrides: Record<string, ServerOverride> = {};
  for (const [server, given] of Object.entries(value)) {
    if (servers !== undefined && !servers.includes(server)) {
      const suggestion = nearestWord(server, servers);
      const message = `no server of the cluster has this name; they are ${servers.join(', ')}`;
      report.problem('unknown_server', [server], message, { suggestion, part: 'key', remedy: remedies.server });
      continue;
    }
    overrides[server] = readOverride(given, server, report, origin, options);
  }
  return report.close(overrides);
}

function readOverride(
  given: unknown,
  server: string,
  report: Report,
  origin: Origin,
  options: ServicesOptions,
): ServerOverride {
  const nothing: ServerOverride = { services: [], storage_pools: {}, networks: {} };
  if (given === null) return nothing;
  if (!isObject(given))
    return wrong('a map with services, storage_pools or networks', given, [server], report, nothing);
  for (const key of Object.keys(given)) {
    if (parts.some((part) => part === key)) continue;
    const suggestion = nearestWord(key, parts);
    report.problem('unknown_key', [server, key], 'a server can have other services, storage_pools and networks', {
      ...{ suggestion, part: 'key', remedy: remedies.part },
    });
  }
  return {
    services: readServices(given['services'], [server, 'services'], report, origin, options),
    storage_pools: readConfigs(given['storage_pools'], [server, 'storage_pools'], report),
    networks: readConfigs(given['networks'], [server, 'networks'], report),
  };
}

/** A map of names and their config, whose scalars become text. */
function readConfigs(given: unknown, at: Path, report: Report): Record<string, ConfigMap> {
  const configs = readMap(given, 'a map of names and their keys', at, report);
  return Object.fromEntries(
    configs.map(([name, config]) => {
      const keys = readMap(config, 'a map of keys and values', [...at, name], report);
      return [
        name,
        Object.fromEntries(keys.map(([key, value]) => [key, configValue(value, [...at, name, key], report)])),
      ];
    }),
  );
}

function readMap(given: unknown, expected: string, at: Path, report: Report): [string, unknown][] {
  if (given === null || given === undefined) return [];
  return Object.entries(isObject(given) ? given : wrong(expected, given, at, report, {}));
}

/** Of a part of a document that is read by itself. */
export const originBelow = (origin: Origin, at: Path): Origin => ({
  file: origin.file,
  locate: (path, part) => origin.locate([...at, ...path], part),
  sourceOf: (path) => origin.sourceOf([...at, ...path]),
});

/** Read as a services file is, its places told from the top of this one. */
function readServices(
  given: unknown,
  at: Path,
  report: Report,
  origin: Origin,
  options: ServicesOptions,
): ServicesConfig {
  const read = normaliseServices(given, originBelow(origin, at), options);
  report.takeOver(at, read);
  return read.ok ? read.value : [];
}

/**
 * What is overridden must be there, and be of single members: everything else is the cluster's, and one for all. A key
 * that only this Incus calls local passes with its `localScope`; without one, such a key is refused.
 */
export function checkOverrides(
  overrides: ServerOverrides,
  { storage_pools, networks }: Pick<CompletePreseed, 'storage_pools' | 'networks'>,
  localScope: LocalScope | undefined,
  origin: Origin = NO_FILE,
): Checked<ServerOverrides> {
  const report = new Report(origin);
  const pools = new Map(storage_pools.map((pool) => [pool.name, pool]));
  const byName = new Map(networks.map((network) => [networkName(network), network]));
  const scope = localScope ?? {};
  const isSure = localScope !== undefined;
  for (const [server, override] of Object.entries(overrides)) {
    for (const [name, config] of Object.entries(override.storage_pools)) {
      const at = [server, 'storage_pools', name];
      const pool = pools.get(name);
      if (pool === undefined) reportMissing('storage pool', name, [...pools.keys()], at, report);
      else if (isSure) reportClusterKeys(config, splitPoolConfig(scope, pool.driver, config).cluster, at, report);
    }
    for (const [name, config] of Object.entries(override.networks)) {
      const at = [server, 'networks', name];
      const network = byName.get(name);
      const type = network?.type || 'bridge';
      if (network === undefined) reportMissing('network', name, [...byName.keys()], at, report);
      else if (!hasMemberNetworks(type))
        report.problem('cluster_key', at, `a network of type ${type} has no config of single members`, {
          ...{ part: 'key', remedy: 'Set it in the application configuration, for all members.' },
        });
      else if (isSure) reportClusterKeys(config, splitNetworkConfig(scope, type, config).cluster, at, report);
    }
  }
  return report.close(overrides);
}

/** As it is named in overrides. */
export const networkName = ({ project, name }: { project: string; name: string }): string =>
  project === 'default' || project === '' ? name : `${project}/${name}`;

function reportMissing(what: string, name: string, known: readonly string[], at: Path, report: Report): void {
  const suggestion = nearestWord(name, known);
  const message = `the application configuration has no ${what} ${name}; it has ${known.join(', ')}`;
  report.problem('unknown_item', at, message, {
    suggestion,
    part: 'key',
    remedy: 'Define it there, with what is alike.',
  });
}

function reportClusterKeys(config: ConfigMap, cluster: ConfigMap, at: Path, report: Report): void {
  for (const key of Object.keys(config).filter((one) => Object.hasOwn(cluster, one))) {
    const remedy = 'Set it in the application configuration, for all members.';
    report.problem('cluster_key', [...at, key], `${key} is the same on every member`, { part: 'key', remedy });
  }
}

/** The services of one server: the common ones, and in the place of each the one that is its own. */
export function overrideServices(common: ServicesConfig, own: ServicesConfig): ServicesConfig {
  const names = new Set(own.map(({ name }) => name));
  return sortServices([...common.filter(({ name }) => !names.has(name)), ...own]);
}
